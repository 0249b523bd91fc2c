"""Kartoteka: a low-code CRM whose entities, screens, reports and roles are JSON metadata."""

__version__ = "0.1.0"
