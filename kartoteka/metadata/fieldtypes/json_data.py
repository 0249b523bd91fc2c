"""JSON: what programs leave with a record."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from kartoteka.metadata.columns import ColumnSpec, exact_text
from kartoteka.metadata.expressions.kinds import ANY, Kind
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

MOST_BYTES = 65_536
DEEPEST = 50


class Json(FieldType, frozen=True):
    """Any JSON value up to 64 KB. Numbers with a fraction are floating point, as in most programs; null is empty."""

    name: ClassVar[str] = "json"
    icon: ClassVar[str] = "braces"
    widget: ClassVar[str] = "json"
    sortable: ClassVar[bool] = False

    @property
    def kind(self) -> Kind:
        """Anything: only emptiness can be asked for."""
        return ANY

    def columns(self) -> tuple[ColumnSpec, ...]:
        """One column with the canonical text."""
        return (ColumnSpec("", exact_text()),)

    def store(self, value: Any) -> tuple[str]:
        """The canonical text: sorted names, no spaces."""
        return (_written(value),)

    def restore(self, stored: tuple[Any, ...]) -> Any:
        """The value."""
        return None if stored[0] is None else json.loads(stored[0])

    def parse(self, text: str, locale: Locale) -> Any:
        """Read JSON."""
        if len(text) > 4 * MOST_BYTES:
            raise InvalidValue("json.too_big", max=MOST_BYTES)
        try:
            return self.load(json.loads(text, parse_constant=_refuse, object_pairs_hook=_object))
        except (ValueError, RecursionError):
            raise InvalidValue("json.not_json", text=text[:60]) from None

    def edit(self, value: Any, locale: Locale) -> list[str]:
        """The text with a line for each part."""
        return [json.dumps(value, ensure_ascii=False, indent=2)]

    def said(self, value: Any, locale: Locale) -> str:
        """The canonical text."""
        return _written(value)

    def cuts(self, text: str, value: Any, locale: Locale) -> bool:
        """Digits that floating point does not keep."""
        cut: list[bool] = []
        json.loads(text, parse_float=lambda digits: cut.append(Decimal(digits) != Decimal(repr(float(digits)))))
        return any(cut)

    def load(self, data: Any) -> Any:
        """Take any JSON value that is not too big or too deep."""
        _check_parts(data)
        if len(_written(data).encode()) > MOST_BYTES:
            raise InvalidValue("json.too_big", max=MOST_BYTES)
        return data

    @property
    def data_schema(self) -> dict[str, Any]:
        """Anything but null."""
        return {}

    def check(self, value: Any) -> Iterator[Problem]:
        """Check size and depth."""
        try:
            self.load(value)
        except InvalidValue as refused:
            yield refused.problem

    def display(self, value: Any, locale: Locale) -> str:
        """The canonical text."""
        return "" if value is None else _written(value)

    def excel(self, value: Any, locale: Locale) -> str:
        """The canonical text."""
        return _written(value)

    def example(self, number: int) -> Any:
        """An object."""
        return {"number": number, "even": number % 2 == 0}


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is said twice, since nobody knows which one would count."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is said twice")
    return found


def _check_parts(data: Any) -> None:
    """Look at every part, level by level. Raises InvalidValue for what no JSON text can say."""
    level = [data]
    for _ in range(DEEPEST):
        if not level:
            return
        level = [part for value in level for part in _parts(value)]
    if level:
        raise InvalidValue("json.too_deep", max=DEEPEST)


def _parts(value: Any) -> list[Any]:
    match value:
        case dict():
            return [*value, *value.values()]
        case list():
            return value
        case str() if not _is_text(value):
            raise InvalidValue("json.character")
        case float() if not math.isfinite(value):
            raise InvalidValue("json.not_json", text=str(value))
        case None | bool() | int() | float() | str():
            return []
    raise InvalidValue("json.not_json", text=type(value).__name__)


def _is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: half of a surrogate pair can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
