"""Tests of the record screens."""
