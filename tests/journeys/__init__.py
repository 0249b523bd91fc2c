"""People's stories, through the real application in a real browser."""
