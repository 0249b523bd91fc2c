"""REST over records, search, reports and plans, with the same rights and rules as the screens."""
