"""The studio, in which administrators configure all of it."""
