"""Tests mirror the rooms; `journeys` tells people's stories through the real application."""
