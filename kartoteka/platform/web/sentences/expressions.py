"""Sentences about formulas and conditions that can't be used."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

EXPRESSIONS: Final[dict[str, Sentence]] = {
    "expression.syntax": (
        "Something is amiss at “{found}”. Did you mean {suggestion}?",
        "Something is amiss at “{found}”. Here should be {expected:place}.",
        "Something is missing at the end. There should be {expected:place}.",
        "This can't be read as a formula. Please check it.",
    ),
    "expression.unclosed_text": "A text begins here and does not end. Please put a quotation mark behind it.",
    "expression.character": "The character {found} can't be used in a formula. Please take it out.",
    "expression.too_long": "This formula is too long: {length} of {limit} {limit:character|characters}.",
    "expression.too_big": (
        "This formula has too many parts: {parts}, at most {limit} fit. Please split it into several fields."
    ),
    "expression.too_deep": (
        "There are too many parentheses within each other here, at most {limit}. Please simplify the formula."
    ),
    "expression.number_too_long": (
        "This number is too long: at most {digits} {digits:digit|digits} and {places} behind the decimal point fit."
    ),
    "expression.unknown_field": (
        "There is no field “{field}”. Did you mean “{suggestion}”?",
        "There is no field “{field}”. Please choose one from the list.",
    ),
    "expression.unknown_function": (
        "There is no function “{function}”. Did you mean {suggestion}?",
        "There is no function “{function}”. Please choose one from the list.",
    ),
    "expression.unknown_choice": (
        "“{value}” is not among the choices of “{field}”. Did you mean “{suggestion}”?",
        "“{value}” is not among the choices of “{field}”. Please choose one of them.",
    ),
    "expression.kind_mismatch": (
        "Here should be {expected:kind}, but this is {found:kind}. Did you mean {suggestion}?",
        "Here should be {expected:kind}, but this is {found:kind}.",
    ),
    "expression.mixed_kinds": "The values in {function} must be of one kind. These are: {found:kinds}.",
    "expression.not_comparable": "This is {found:kind} and can't be compared. Only whether it is empty can be asked.",
    "expression.text_for_date": (
        "A date and a text can't be compared. Did you mean {suggestion}?",
        "A date and a text can't be compared. Please write the date as DATE(2026, 1, 31).",
    ),
    "expression.no_order": "This is {found:kind} and has no order. Only = and <> can be used here.",
    "expression.no_records": (
        "{function} is about related cards. Please name them first, the card type and its field that leads here, "
        "such as deal.client. It is written like this: {usage}"
    ),
    "expression.unknown_records": (
        "There are no cards “{name}” that lead here. Did you mean {suggestion}?",
        "There are no cards “{name}” that lead here. Please name a card type and its field, such as deal.client.",
    ),
    "expression.wrong_arguments": (
        "{function} does not work with {found} {found:value|values}. It is written like this: {usage}"
    ),
    "expression.no_excel": (
        "“{part}” can't become an Excel formula: {reason:reason}. The workbook gets the value instead.",
        "This can't become an Excel formula. The workbook gets the value instead.",
    ),
}
"""Everything that is said of a formula or a condition."""
