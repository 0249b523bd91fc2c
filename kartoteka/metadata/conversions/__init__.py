"""Conversions: what becomes of a field's values when its type or its options change.

`conversion(before, after, ...)` gives a converter that says of every value whether it stays whole, loses something or
can't be converted; `decisions` is what a person has said about those. No connection is known here: linked records are
looked up by a protocol.
"""

from kartoteka.metadata.conversions.converter import Conversion, Outcome, Verdict, conversion
from kartoteka.metadata.conversions.decisions import (
    NO_DECISIONS,
    UNDECIDED,
    Decision,
    Decisions,
    decisions_to_tree,
    read_decisions,
)
from kartoteka.metadata.conversions.texts import NO_RECORDS, Records, TheirLanguages

__all__ = [
    "NO_DECISIONS",
    "NO_RECORDS",
    "UNDECIDED",
    "Conversion",
    "Decision",
    "Decisions",
    "Outcome",
    "Records",
    "TheirLanguages",
    "Verdict",
    "conversion",
    "decisions_to_tree",
    "read_decisions",
]
