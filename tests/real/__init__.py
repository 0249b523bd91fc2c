"""Real input that no one here wrote."""
