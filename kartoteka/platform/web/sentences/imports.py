"""Sentences about data that comes in as files: CSV, workbooks, their columns, rows and cells."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

FILES: Final[dict[str, Sentence]] = {
    "import.no_file": (
        "The file {name} can't be opened: {reason}",
        "The file {name} can't be opened. Please check its name.",
    ),
    "import.old_workbook": "{name} is a workbook of the old kind. Please save it as .xlsx and try again.",
    "import.no_header": "The first row should hold the titles of the columns. Please add them.",
    "import.too_many_columns": (
        "There are too many columns: {count}, at most {max} fit. Please split the file.",
        "There are too many columns: at most {max} fit. Please split the file.",
    ),
    "import.too_many_rows": "There are too many rows: at most {max} {max:row fits|rows fit}. Please split the file.",
    "csv.broken": "Row {row:plain} can't be read: {reason}. Please check the quotation marks in it.",
    "csv.unknown_encoding": "The letters in {name} can't be read. Please save the file as CSV UTF-8.",
    "csv.wrong_encoding": "The letters in this file can't be read as {encoding}. Please save it as CSV UTF-8.",
    "workbook.broken": (
        "The workbook {name} can't be opened. Please open it in Excel and save it anew.",
        "This workbook can't be opened. Please open it in Excel and save it anew.",
    ),
    "workbook.not_xlsx": "{name} is not a workbook that can be read. Please save it as .xlsx.",
    "workbook.password": (
        "The workbook {name} is locked by a password. Please save it without one.",
        "This workbook is locked by a password. Please save it without one.",
    ),
    "workbook.too_big": (
        "The workbook {name} is too big. Please split it, or save it as CSV.",
        "This workbook is too big. Please split it, or save it as CSV.",
    ),
}

COLUMNS: Final[dict[str, Sentence]] = {
    "import.ambiguous_column": (
        "The column “{title}” could be several fields: {fields:code}. Please use one of these as its title."
    ),
    "import.unknown_column": "No field is called “{title}”. Please correct the title, or put # before it to skip it.",
    "import.doubled_column": "{count} {count:column is|columns are} meant for “{name}”. Please keep one.",
    "import.no_key_column": "No column holds “{name}”, which should tell the rows apart. Please add one.",
    "import.unusable_key": "Cards can't be found by “{name}”. Please choose another field to tell the rows apart.",
    "import.empty_key": "“{name}” tells the rows apart and is empty here. Please fill it in.",
    "import.ambiguous_key": "Several cards have this “{name}”. Please say which one in a column “id”.",
    "import.cell_count": (
        "This row has {found} {found:cell|cells} instead of {expected}. "
        "Please check its separators and quotation marks."
    ),
    "link.ambiguous": "Several cards are called “{text}”. Please say which one is meant.",
    "link.unknown_title": "No card is called “{text}”, or you may not see it. Please choose one from the list.",
}

CELLS: Final[dict[str, Sentence]] = {
    "cell.error": "This cell holds an error of Excel. Please mend it in the workbook.",
    "cell.kind": "What this cell holds can't be read. Please enter it as text.",
    "cell.boolean": "This cell says true or false, which does not fit this field.",
    "cell.number": "This cell holds the number {number:plain}, which does not fit this field.",
    "cell.inexact_number": (
        "Excel may have changed the digits of {number:plain}. Please format the cell as text and enter it again."
    ),
    "cell.percent": "This cell holds a percentage ({percent:number} %), which does not fit this field.",
    "cell.moment": "This cell holds a date with a time ({moment}), which does not fit this field.",
    "cell.date": "This cell holds a date ({date}), which does not fit this field.",
    "cell.time": "This cell holds a time ({time}), which does not fit this field.",
}

IMPORTS: Final[dict[str, Sentence]] = FILES | COLUMNS | CELLS
"""Everything that an import says besides what is wrong with values."""
