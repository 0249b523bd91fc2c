"""The template packages that we ship: JSON, CSV and xlsx only, no code."""
