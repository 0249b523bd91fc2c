"""Backups: the whole of a workspace at one moment in one archive, made while people work, and put back."""
