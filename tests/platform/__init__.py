"""Tests of the platform room."""
