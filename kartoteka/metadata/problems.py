"""What a person can mend: one shape for the command line, the API and the forms.

A problem carries a stable code and parameters; sentences are made at the edge, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong that a person can mend.

    `file` and `pointer` (a JSON Pointer, RFC 6901) place it in a package, `field` in a record.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    field: str | None = None
    file: str | None = None
    pointer: str | None = None

    def at(self, file: str | None = None, pointer: str | None = None, field: str | None = None) -> Problem:
        """Return the same problem with its place filled in where it was not known yet."""
        return replace(
            self,
            file=self.file or file,
            pointer=self.pointer if self.pointer is not None else pointer,
            field=self.field or field,
        )


class Refused(Exception):
    """The input was understood and is not acceptable (HTTP 422, exit code 1)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.code} {dict(p.params)} {p.field or p.pointer or ''}" for p in self.problems))


class BadRequest(Exception):
    """The question itself makes no sense: an unknown field, a broken condition (HTTP 400)."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.code} {dict(problem.params)}")


class Forbidden(Exception):
    """The actor has no right to do this (HTTP 403)."""

    def __init__(self, code: str = "access.forbidden", **params: Any) -> None:
        self.problem = Problem(code, params)
        super().__init__(code)


class NotFound(Exception):
    """There is no such thing, or the actor may not know of it (HTTP 404)."""

    def __init__(self, code: str = "not_found", **params: Any) -> None:
        self.problem = Problem(code, params)
        super().__init__(code)


class Conflict(Exception):
    """The world has moved on since the actor looked (HTTP 409)."""

    def __init__(self, code: str, details: Any = None, **params: Any) -> None:
        self.problem = Problem(code, params)
        self.details = details
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be said in the reader's language: a code and what fills its gaps.

    A parameter that is a label by language is shown in the reader's language.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
