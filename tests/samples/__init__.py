"""Packages and data that tests read."""
