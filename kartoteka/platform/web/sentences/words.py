"""Words for what the configuration is made of: properties, field types, kinds of value."""

from __future__ import annotations

from typing import Final, NamedTuple


class TypeWords(NamedTuple):
    """What people read of a field type: its name, and a line that says what it is for."""

    name: str
    description: str


FIELD_TYPES: Final[dict[str, TypeWords]] = {
    "text": TypeWords("Text", "One line: a name, a number with letters, a short note."),
    "long_text": TypeWords("Long text", "Several lines: a description, the minutes of a meeting."),
    "integer": TypeWords("Whole number", "A number without a fraction: pieces, employees, a year."),
    "decimal": TypeWords("Number", "A number with decimals, with a unit if you like: 12.5 kg."),
    "money": TypeWords("Money", "An amount and its currency."),
    "percent": TypeWords("Percentage", "A share of a hundred: a discount, a probability."),
    "boolean": TypeWords("Yes or no", "A box to tick."),
    "date": TypeWords("Date", "A day in the calendar."),
    "datetime": TypeWords("Date and time", "A moment; everybody reads it on their own clock."),
    "time": TypeWords("Time of day", "Hours and minutes: opening hours, the best time to call."),
    "duration": TypeWords("Duration", "How long something takes, in hours and minutes."),
    "choice": TypeWords("Choice", "One of a list that you write: a stage, a category."),
    "multi_choice": TypeWords("Several choices", "Any number out of a list that you write."),
    "tags": TypeWords("Tags", "Free words to find cards by; new ones are made while typing."),
    "email": TypeWords("E-mail", "An address that opens a new message when it is clicked."),
    "phone": TypeWords("Phone", "A number that is dialled when it is clicked."),
    "url": TypeWords("Web page", "An address that opens in the browser."),
    "link": TypeWords("Link to a card", "Another card: the company of a contact, the client of a deal."),
    "user": TypeWords("Person", "Somebody who works here: who is responsible, who called."),
    "file": TypeWords("File", "A document that is kept with the card."),
    "image": TypeWords("Picture", "A photo, a logo, a scan."),
    "auto_number": TypeWords("Automatic number", "Each new card gets the next number: D-00042."),
    "formula": TypeWords("Formula", "Calculated from other fields, always up to date."),
    "rating": TypeWords("Rating", "A number of stars."),
    "json": TypeWords("Data for programs", "Structured data (JSON) that other programs send and read."),
}
"""By the name that definitions use."""

PROPERTIES: Final[dict[str, str]] = {
    "key": "Name in formulas", "type": "Type", "label": "Label", "help": "Hint", "required": "Required",
    "unique": "Unique", "default": "Default", "formerly": "Earlier names", "locked": "Locked",
    # options of field types
    "max_length": "Longest text", "pattern": "Pattern", "minimum": "Smallest value", "maximum": "Largest value",
    "scale": "Decimals", "unit": "Unit", "currency": "Usual currency", "choices": "Choices", "region": "Usual country",
    "target": "Linked card type", "accept": "Kinds of file", "max_size": "Largest size", "prefix": "Prefix",
    "digits": "Digits", "start": "First number", "expression": "Formula", "result": "Kind of result",
    # card types
    "plural": "Label for several", "description": "Description", "icon": "Icon", "colour": "Colour", "title": "Title",
    "subtitle": "Second line", "owner": "Owner", "activity": "Things to do", "pipeline": "Stages", "fields": "Fields",
    "due": "When", "done": "Done", "kind": "Kind", "text": "Text", "stage": "Stage", "amount": "Amount",
    "closed": "Closed stages",
    # lists, forms, cards
    "entity": "Card type", "field": "Field", "columns": "Columns", "filter": "Filter", "sort": "Order",
    "position": "Place", "width": "Width", "descending": "Descending", "quick": "Short form", "tabs": "Tabs",
    "sections": "Sections", "items": "Entries", "header": "Facts in the header", "facts": "Facts",
    "related": "Linked cards", "timeline": "Timeline", "link": "Link",
    # reports, roles, menus, packages
    "groups": "Groups", "measures": "Figures", "chart": "Chart", "by": "Grouped by", "function": "Calculation",
    "measure": "Figure", "report": "Report", "entities": "Rights", "administrator": "Administrator",
    "export": "Downloads", "read": "See", "create": "Create", "edit": "Change", "delete": "Delete",
    "condition": "Condition", "other_fields": "Other fields", "right": "Right", "format": "Format",
    "version": "Version", "requires": "Needs", "platform": "Kartoteka", "packages": "Packages",
    "languages": "Languages",
}  # fmt: skip
"""Every property of a definition and every option of a field type, as the studio labels it."""

KINDS: Final[dict[str, str]] = {
    "text": "a text", "number": "a number", "boolean": "yes or no", "date": "a date", "time": "a time of day",
    "datetime": "a date with a time", "list": "a list", "record": "a card", "nothing": "an empty value",
    "any": "data for programs",
}  # fmt: skip
"""The kinds of value in formulas."""

PLACES: Final[dict[str, str]] = {
    "value": "a field or a value", "operator": "an operator", "comma": "a comma",
    "closing_parenthesis": "a closing parenthesis", "opening_parenthesis": "an opening parenthesis",
    "end": "the end of the formula",
}  # fmt: skip
"""What can stand at a place of a formula."""

REASONS: Final[dict[str, str]] = {
    "list": "Excel has no lists within a cell", "too_long": "it would be too long",
    "text_order": "Excel sorts texts in another way", "function": "Excel has nothing like this function",
    "related": "the related cards are not in the workbook",
}  # fmt: skip
"""Why a formula can't become one of Excel's."""

PERIODS: Final[dict[str, str]] = {
    "value": "value", "day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip
"""How a report groups dates; each completes the words "grouped by"."""

JSON_TYPES: Final[dict[str, str]] = {
    "string": "a text in quotation marks", "number": "a number", "integer": "a whole number",
    "boolean": "true or false", "array": "a list in square brackets", "object": "properties in braces", "null": "null",
}  # fmt: skip
"""What JSON Schema calls types."""

ANSWERS: Final = {True: "Yes", False: "No"}


def all_words() -> tuple[str, ...]:
    """Return every text of this module that is to be translated."""
    tables = (PROPERTIES, KINDS, PLACES, REASONS, PERIODS, JSON_TYPES)
    found = [text for table in tables for text in table.values()]
    return (*found, *(text for words in FIELD_TYPES.values() for text in words), *ANSWERS.values())
