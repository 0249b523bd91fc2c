"""Cursors: where a page of a list ends, as an opaque text for URLs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy.types import TypeDecorator, TypeEngine

from kartoteka.metadata.fieldtypes.links import LARGEST_ID
from kartoteka.metadata.problems import BadRequest, Problem

_TYPES: dict[str, Any] = {"d": date, "m": datetime, "t": time, "n": Decimal, "s": str, "i": int, "b": bool, "-": None}


def write_cursor(values: Sequence[Any], record_id: int) -> str:
    """Return the cursor of a row: the values it is ordered by, and its id."""
    tagged = [[_tag(value), value] for value in values]
    return base64.urlsafe_b64encode(msgspec.json.encode([record_id, tagged])).decode().rstrip("=")


def read_cursor(text: str, types: Sequence[TypeEngine[Any]]) -> tuple[list[Any], int]:
    """Return the values and the id; raises BadRequest where the text is no cursor of values of these types."""
    try:
        data = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        record_id, tagged = msgspec.convert(data, tuple[int, list[tuple[str, Any]]])
        values = [msgspec.convert(value, _TYPES[tag]) for tag, value in tagged]
    except (msgspec.MsgspecError, binascii.Error, UnicodeError, KeyError, ValueError, RecursionError) as error:
        raise BadRequest(Problem("query.bad_cursor")) from error
    fitting = len(values) == len(types) and all(map(_fits, values, types))
    if not fitting or not 0 < record_id <= LARGEST_ID:
        raise BadRequest(Problem("query.bad_cursor"))
    return values, record_id


def _fits(value: Any, column_type: TypeEngine[Any]) -> bool:
    """Tell whether such a column can be compared with the value: a cursor may be of another order, or forged."""
    if value is None:
        return True
    kept = column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type
    if type(value) is not kept.python_type:
        return False
    match value:
        case str():
            return "\x00" not in value
        case Decimal():
            return value.is_finite() and abs(value.adjusted()) < 300
        case int():
            return abs(value) <= LARGEST_ID
    return True


def _tag(value: Any) -> str:
    if value is None:
        return "-"
    kinds: list[tuple[str, type]] = [("b", bool), ("i", int), ("m", datetime), ("d", date), ("t", time)]
    return next((tag for tag, kind in [*kinds, ("n", Decimal)] if isinstance(value, kind)), "s")
