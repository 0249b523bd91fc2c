"""Operations: what the API can do, as one table's rows. Routes, the OpenAPI description and tests are made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.datastructures import QueryParams
from starlette.responses import Response

from kartoteka.api.calls import Call
from kartoteka.metadata.problems import BadRequest, Problem
from kartoteka.platform.units import Unit

View = Callable[[Unit, Call], Response]
Act = Callable[[Call], Response]
"""A view that opens its own units: a publish waits for everybody who writes."""

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Need = Literal["", "read", "create", "edit", "delete", "administrator"]
Taken = Literal["", "new", "change", "package", "file", "choices", "typed"]
Given = Literal[
    "record",
    "records",
    "made",
    "history",
    "",
    "hits",
    "report",
    "reports",
    "plan",
    "publishing",
    "packages",
    "explained",
    "journal",
    "retired",
    "purged",
    "me",
    "openapi",
    "file",
    "content",
]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter. A name that ends in a dot stands for all that begin so."""

    name: str
    about: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path: who it is shown to, what it takes and gives, and the view that does it."""

    method: Method
    path: str
    about: str
    view: View | Act
    parameters: tuple[Parameter, ...] = ()
    need: Need = ""
    takes: Taken = ""
    gives: Given = ""
    status: int = 200
    acts: bool = False
    """True where the view opens its own units."""

    @property
    def name(self) -> str:
        """What programs may call it."""
        return self.view.__name__

    @property
    def address(self) -> str:
        """The path as people write it, without what tells the router which steps it takes."""
        return self.path.replace(":path", "")

    @property
    def writes(self) -> bool:
        """True where the unit must be one that writes."""
        return self.method != "GET" and not self.acts


def check_parameters(given: QueryParams, known: Iterable[Parameter]) -> None:
    """Refuse parameters that nobody would look at, and those that are said twice. Raises BadRequest."""
    names = {each.name for each in known}
    prefixes = tuple(name for name in names if name.endswith("."))
    seen: set[str] = set()
    for name, _ in given.multi_items():
        if name not in names and not (prefixes and name.startswith(prefixes)):
            raise BadRequest(Problem("request.unknown_parameter", {"name": name[:60], "known": sorted(names)}))
        if name in seen and name != "where":
            raise BadRequest(Problem("request.repeated_parameter", {"name": name[:60]}))
        seen.add(name)
