"""HOW it lives: database, placement, publishing, records, access, people, history, jobs, files, web base.

A sub-package because the name belongs to Python's standard library: import it absolutely.
"""
