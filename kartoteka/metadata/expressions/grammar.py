"""The grammar, and the words in which its parts are explained to people."""

from __future__ import annotations

GRAMMAR = r"""
start: or_

?or_: and_
    | or_ OR and_                                -> logic
?and_: not_
    | and_ AND not_                              -> logic
?not_: comparison
    | NOT not_                                   -> unary
?comparison: joined
    | joined (COMPARISON | CONTAINS | STARTS_WITH | HAS) joined   -> binary
    | joined IN "(" list RPAR                    -> membership
    | joined NOT_IN "(" list RPAR                -> membership
?joined: sum
    | joined AMPERSAND sum                       -> binary
?sum: product
    | sum (PLUS | MINUS) product                 -> binary
?product: power
    | product (STAR | SLASH) power               -> binary
?power: signed
    | power CARET signed                         -> binary
?signed: atom
    | MINUS signed                               -> unary
?atom: NUMBER                                    -> number
    | STRING                                     -> string
    | (TRUE | FALSE | NULL)                      -> constant
    | NAME                                       -> name
    | FUNCTION "(" [list] RPAR                   -> call
    | "(" or_ RPAR                               -> group
list: or_ ("," or_)*

AND.3: /AND\b/i
OR.3: /OR\b/i
NOT_IN.4: /NOT\s+IN\b/i
NOT.3: /NOT\b/i
IN.3: /IN\b/i
CONTAINS.3: /CONTAINS\b/i
STARTS_WITH.3: /STARTS\s+WITH\b/i
HAS.3: /HAS\b/i
TRUE.3: /TRUE\b/i
FALSE.3: /FALSE\b/i
NULL.3: /NULL\b/i
COMPARISON: "<>" | "<=" | ">=" | "=" | "<" | ">"
AMPERSAND: "&"
PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
CARET: "^"
RPAR: ")"
NUMBER: /[0-9]+(\.[0-9]+)?/
STRING: /"([^"]|"")*"/
FUNCTION.2: /[^\W\d]\w*(?=\s*\()/
NAME: /[^\W\d]\w*(\.[^\W\d]\w*)*/

%ignore /\s+/
"""

_VALUES = {"NUMBER", "STRING", "TRUE", "FALSE", "NULL", "NAME", "FUNCTION", "LPAR", "MINUS", "NOT"}
_OPERATORS = {
    "AND",
    "OR",
    "IN",
    "NOT_IN",
    "CONTAINS",
    "STARTS_WITH",
    "HAS",
    "COMPARISON",
    "AMPERSAND",
    "PLUS",
    "STAR",
    "SLASH",
    "CARET",
}


def in_words(terminals: set[str]) -> tuple[str, ...]:
    """Return what could stand at a place, as a few stable words: value, operator, comma, closing, opening, end."""
    words: list[str] = []
    if "NAME" in terminals or terminals >= {"NUMBER", "STRING"}:
        words.append("value")
    if terminals & _OPERATORS:
        words.append("operator")
    words += [
        word
        for terminal, word in _SIGNS.items()
        if terminal in terminals and not terminals & _VALUES - {"MINUS", "LPAR"}
    ]
    return tuple(words) or ("value",)


_ELSEWHERE = {
    "==": "=", "!=": "<>", "=>": ">=", "=<": "<=", "&&": "AND", "||": "OR", "**": "^", "//": "QUOTIENT(x, y)",
    "!": "NOT", ";": ",", "'": '"', "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "`": '"', "%": "/ 100",
    "{": "(", "}": ")", "[": "(", "]": ")", "×": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "<>",
}  # fmt: skip
"""Signs of other languages, of Excel in other countries and of word processors, and what is written here."""


def meant_at(text: str, start: int) -> str | None:
    """Return what should be written in place of the sign at `start`, or of the two that it belongs to."""
    for sign in (text[start : start + 2], text[max(start - 1, 0) : start + 1], text[start : start + 1]):
        if sign in _ELSEWHERE:
            return _ELSEWHERE[sign]
    return None


_SIGNS = {"COMMA": "comma", "RPAR": "closing_parenthesis", "LPAR": "opening_parenthesis", "$END": "end"}
