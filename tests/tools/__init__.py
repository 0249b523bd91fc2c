"""Tests of what builders and testers run."""
