"""What is wrong with an expression, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an expression's text: offsets of its first character and of the one behind its last."""

    start: int = 0
    end: int = 0

    def place(self, text: str) -> tuple[int, int]:
        """Return line and column of the start, both counted from 1."""
        before = text[: self.start]
        return before.count("\n") + 1, self.start - (before.rfind("\n") + 1) + 1


@dataclass
class ExpressionError(Exception):
    """An expression that can't be used: a stable code, parameters for the sentence, the place in its text."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    span: Span = field(default_factory=Span)

    def __str__(self) -> str:
        told = ", ".join(f"{name}: {value}" for name, value in self.params.items())
        return f"{self.code} at {self.span.start + 1}" + (f" ({told})" if told else "")

    def told(self, text: str) -> dict[str, Any]:
        """Return the parameters, the expression and the place in it: `character`, and `line` where it has several."""
        line, column = self.span.place(text)
        place = {"line": line, "character": column} if "\n" in text else {"character": column}
        return {**self.params, "expression": text, **place}

    def __hash__(self) -> int:
        return hash((self.code, self.span))


def suggestion(wrong: str, known: Iterable[str]) -> str | None:
    """Return the known word that `wrong` was most likely meant to be, or None."""
    by_folded = {word.casefold(): word for word in known}
    close = get_close_matches(wrong.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
