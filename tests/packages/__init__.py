"""Tests of the packages that we ship."""
