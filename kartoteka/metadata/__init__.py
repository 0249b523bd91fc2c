"""WHAT there is: definitions, their JSON Schemas, field types, expressions, layers and differences.

Knows SQLAlchemy's types and column elements; no web, no connection, no statement.
"""
