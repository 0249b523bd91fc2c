"""Sentences about reference data: the rows that come with packages, and what becomes of them."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

COUNTS: Final[dict[str, Sentence]] = {
    "rows.of": "Reference data of “{entity:card_type}”",
    "rows.new": "{count} {count:row is|rows are} new.",
    "rows.updated": "{count} {count:row is|rows are} updated.",
    "rows.kept": "{count} {count:row keeps|rows keep} your own edits.",
    "rows.adopted": "{count} {count:row is|rows are} here already and {count:becomes|become} the package's.",
    "rows.restored": "{count} {count:row comes|rows come} back from the trash.",
    "rows.in_trash": "{count} {count:row stays|rows stay} in the trash, where somebody has put {count:it|them}.",
    "rows.gone": "{count} {count:row is|rows are} no longer in the package and {count:stays|stay} here.",
    "rows.taken_back": "{count} {count:row goes|rows go} into the trash.",
    "rows.kept_value": (
        "{ref}, {field:field}: yours is “{mine}”, the package says “{theirs}”.",
        "{ref}, {field:field}: yours is “{mine}”, the package's is empty now.",
        "{ref}, {field:field}: yours is empty, the package says “{theirs}”.",
    ),
    "rows.more_kept": "{count} more {count:value|values} of yours {count:stays|stay}.",
}

PROBLEMS: Final[dict[str, Sentence]] = {
    "rows.unreadable": "This file can't be read as CSV in UTF-8: {reason}",
    "rows.no_ref": "The first column should be “ref”, a name of each row that never changes. Please add it.",
    "rows.doubled_column": "The column “{name}” is there more than once. Please keep one.",
    "rows.cell_count": (
        "Line {line:plain} has {found} {found:cell|cells} instead of {expected}. "
        "Please check its separators and quotation marks."
    ),
    "rows.wrong_ref": "Line {line:plain} needs a ref of at most {max} {max:character|characters}. Please give it one.",
    "rows.doubled_ref": "Line {line:plain} has the ref “{ref}”, as another row has. Please give each its own.",
    "rows.unknown_entity": "There is no card type “{name}” for these rows. Please check the name of the file.",
    "rows.not_possible": "A package can't bring cards of the type “{entity:card_type}”. Please take the file out.",
    "rows.unknown_column": "No field of “{entity:card_type}” is called “{name}”. Please check the column's title.",
    "rows.computed_column": (
        "“{name}” of “{entity:card_type}” is filled in by itself. Please take the column out of the file."
    ),
    "rows.missing_column": "“{name}” of “{entity:card_type}” is required. Please add a column for it.",
    "rows.unknown_ref": (
        "No row of “{entity:card_type}” that came with a package has the ref “{ref}”. Please check the spelling."
    ),
}

PACKAGE_ROWS: Final[dict[str, Sentence]] = COUNTS | PROBLEMS
"""Everything about the rows of packages."""
