"""Expectations: each is looked at by itself, and says what is otherwise than expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kartoteka.forms.questions import list_query
from kartoteka.metadata.definitions import Measure
from kartoteka.metadata.package_tests import Expectation, ListTest, ReportTest, SaveTest, TotalTest
from kartoteka.metadata.problems import BadRequest, Conflict, Forbidden, NotFound, Problem, Refused
from kartoteka.platform import records
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.plain import plain
from kartoteka.platform.query import Query, fetch, get
from kartoteka.platform.summary import Summary, summarise
from kartoteka.reports.questions import answer
from kartoteka.trials.cast import Cast

MEASURE = "total"
MONEY = {"amount", "currency"}


def problems_of(cast: Cast, expected: Expectation) -> list[Problem]:
    """Return what is otherwise than expected; nothing where all is well."""
    try:
        actor = cast.actor(expected.actor)
        match expected:
            case SaveTest():
                return _saved(cast, actor, expected)
            case TotalTest():
                return list(_total(cast, actor, expected))
            case ReportTest():
                return list(_report(cast, actor, expected))
            case ListTest():
                return list(_list(cast, actor, expected))
    except _REFUSALS as error:
        return _problems_in(error)


_REFUSALS = (Refused, Conflict, Forbidden, NotFound, BadRequest)


def _problems_in(error: Exception) -> list[Problem]:
    return list(error.problems) if isinstance(error, Refused) else [error.problem]  # type: ignore[attr-defined]


def _saved(cast: Cast, actor: Actor, expected: SaveTest) -> list[Problem]:
    """Save in a part of the transaction that is taken back, whatever comes of it."""
    savepoint = cast.unit.connection.begin_nested()
    try:
        record_id = _save(cast, actor, expected)
    except _REFUSALS as error:
        return list(_refused(expected, _problems_in(error)))
    else:
        if expected.refused:
            return [Problem("test.accepted", {"expected": [each.code for each in expected.refused]})]
        return list(_given(cast, expected, record_id))
    finally:
        savepoint.rollback()


def _save(cast: Cast, actor: Actor, expected: SaveTest) -> int:
    values, problems = cast.values(expected.entity, expected.values)
    if expected.record is None:
        return records.create(cast.unit, actor, expected.entity, values, problems)
    record_id = cast.find(expected.entity, expected.record)
    records.update_record(cast.unit, actor, expected.entity, record_id, values, problems=problems)
    return record_id


def _refused(expected: SaveTest, found: list[Problem]) -> Iterator[Problem]:
    left = list(found)
    for each in expected.refused:
        same = (p for p in left if p.code == each.code and each.field in (None, p.field))
        met = next(same, None)
        if met is None:
            yield Problem("test.not_refused", {"code": each.code, "name": each.field or ""})
        else:
            left.remove(met)
    yield from left


def _given(cast: Cast, expected: SaveTest, record_id: int) -> Iterator[Problem]:
    """Compare the values that a record has once it is saved, formulas too."""
    if not expected.gives:
        return
    columns = tuple(expected.gives)
    row = get(cast.unit, SYSTEM, Query(expected.entity, columns, titles=False), record_id)
    fields = cast.unit.model.catalog.fields(expected.entity)
    for name, wanted in expected.gives.items():
        known, value = fields.get(name), row.values[name]
        target = known.type.links_to if known else None
        if target and value is not None:
            found: Any = cast.ref_of(target, value)
        elif known is None or value is None:
            found = plain(value)
        else:
            found = known.type.dump(value)
        yield from _otherwise(name, wanted, found)


def _otherwise(name: str, wanted: Any, found: Any) -> Iterator[Problem]:
    if not same(wanted, found):
        yield Problem("test.otherwise", {"name": name, "expected": told(wanted), "found": told(found)})


def told(value: Any) -> str:
    """Return a value as a sentence shows it."""
    match value:
        case None:
            return "—"
        case list():
            return ", ".join(map(told, value)) or "—"
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
    return str(value)


def same(wanted: Any, found: Any) -> bool:
    """Tell whether two values are the same as JSON data, numbers by what they are worth.

    Money in one currency may be written as its amount alone.
    """
    if isinstance(found, list) and len(found) == 1 and not isinstance(wanted, list):
        found = found[0]
    if isinstance(found, Mapping) and found.keys() == MONEY and not isinstance(wanted, Mapping):
        found = found["amount"]
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return wanted.keys() == found.keys() and all(same(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list | tuple):
        return len(wanted) == len(found) and all(map(same, wanted, found))
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    numbers = _number(wanted), _number(found)
    return wanted == found if None in numbers else numbers[0] == numbers[1]


def _number(value: Any) -> Decimal | None:
    if not isinstance(value, int | float | str | Decimal):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _total(cast: Cast, actor: Actor, expected: TotalTest) -> Iterator[Problem]:
    measure = Measure(key=MEASURE, function="sum" if expected.sum else "count", field=expected.sum)
    where = (expected.where,) if expected.where else ()
    summed = summarise(cast.unit, actor, Summary(expected.entity, (), (measure,), where))
    yield from _otherwise(expected.sum or expected.entity, expected.equals, plain(summed.value(MEASURE, summed.total)))


def _report(cast: Cast, actor: Actor, expected: ReportTest) -> Iterator[Problem]:
    found = answer(cast.unit, actor, expected.report)
    known = {each.key for each in found.report.measures}
    for name, wanted in expected.total.items():
        if name not in known:
            yield Problem("unknown.measure", {"name": name})
        else:
            yield from _otherwise(name, wanted, plain(found.summed.value(name, found.whole.tallies)))


def _list(cast: Cast, actor: Actor, expected: ListTest) -> Iterator[Problem]:
    query = list_query(cast.unit, actor, expected.entity, expected.list)
    found = [cast.ref_of(expected.entity, row.id) for row in fetch(cast.unit, actor, query).rows]
    if found != list(expected.rows):
        shown = {"expected": ", ".join(expected.rows) or "—", "found": ", ".join(found) or "—"}
        yield Problem("test.otherwise", {"name": expected.list, **shown})
