"""Record screens: lists, forms, cards, boards, calendars, and data import."""
