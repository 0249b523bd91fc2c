"""Conversions under real data: what a change of type would do to the values that are there, and doing it.

`census` counts and shows, `filling` fills the new columns in batches, `taking_back` gives the old ones back.
"""
