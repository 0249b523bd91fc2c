"""Tests of the web base."""
