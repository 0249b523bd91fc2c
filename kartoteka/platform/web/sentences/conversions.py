"""Sentences about values that are converted, and about what a person decides of them."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

CONVERSIONS: Final[dict[str, Sentence]] = {
    "conversion.ambiguous": (
        "“{text}” may be {readings:or}, as the language has it. Please say in which language it is written."
    ),
    "conversion.nothing": "There is no value in “{text}”.",
    "conversion.record_gone": "The card that it led to is gone.",
    "mending.no_workbook": "Please choose the workbook with the new values.",
    "mending.no_column": "The workbook has no column “{title}”. Please use the one that was downloaded here.",
    "mending.too_many": "More than {max} values are too many to be said one by one.",
    "decisions.shape": "The decisions are not written as they should be: {reason}",
    "decisions.language": (
        "The decision about “{name:code}” names the language “{found:code}”, which nobody here writes."
    ),
    "decisions.time_zone": "The decision about “{name:code}” names the time zone “{found:code}”, which is none.",
}
"""What a conversion says of single values, and what is wrong with decisions."""
