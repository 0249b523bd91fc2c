"""Checks: database, configuration, records, files, jobs and backups of a workspace, held against each other."""
