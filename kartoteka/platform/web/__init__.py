"""The base of all screens: templates, static files, sessions, shell."""
