"""Conversions: what becomes of a field's values when its type or its options change.

`conversion(before, after)` gives a converter that says of every value whether it stays whole, loses something or can't
be converted; `decisions` is what a person has said about those. No connection here: records are looked up by a protocol.
"""
