"""Moments on a clock that is put forward and back: Python and both databases show each with its own offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from kartoteka.metadata.columns import Moment
from kartoteka.metadata.expressions import Context, compile_condition, compile_python, compile_sql, parse
from kartoteka.metadata.expressions.clocks import clock_of

WARSAW, UNIX = ZoneInfo("Europe/Warsaw"), datetime(2026, 1, 20, 12, tzinfo=UTC)
MOMENTS = [
    datetime(2025, 7, 1, 21, 59, tzinfo=UTC),  # still the 1st on the wall
    datetime(2025, 7, 1, 22, 0, tzinfo=UTC),  # the 2nd in summer
    datetime(2026, 1, 1, 22, 0, tzinfo=UTC),  # still the 1st in winter
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # put forward
    datetime(2025, 10, 26, 0, 30, tzinfo=UTC),  # half past two, for the first time
    datetime(2025, 10, 26, 1, 30, tzinfo=UTC),  # and for the second
    datetime(1991, 7, 1, 22, 30, tzinfo=UTC),  # before what is known
]
TWICE, NEVER = "NOW() - 86.4375", "NOW() + 67.5625"
"""Half past two on the nights in autumn and in spring, in Warsaw."""
FORMULAS = ["DATE(at)", "HOUR(at)", "at", "at + 100", "at - 100.0625", "IF(HOUR(at) = 2, at, NOW())"]
CONDITIONS = [
    f"at {sign} {time}"
    for sign in ("=", "<", "<=", ">", ">=", "<>")
    for time in (TWICE, NEVER, f"{NEVER} + 0.0625", "DATE(2025, 7, 2)", "NOW()")
]
CONDITIONS += ["DATE(at) = DATE(2025, 7, 2)", "HOUR(at) = 2", f"at IN ({TWICE}, {NEVER})", f"at NOT IN ({TWICE})"]


def context(zone: ZoneInfo = WARSAW) -> Context:
    return Context(UNIX.date(), UNIX.astimezone(zone))


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Australia/Lord_Howe", "Asia/Kolkata", "America/New_York", "UTC"])
def test_the_targets_agree(zone: str, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    table = Table("moments", MetaData(), Column("id", Integer, primary_key=True), Column("at", Moment()))
    here = context(ZoneInfo(zone))
    with engine.connect() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"at": moment} for moment in MOMENTS])
        for text in [*FORMULAS, *CONDITIONS]:
            node = parse(text)
            resolve: Any = lambda _path: table.c.at  # noqa: E731
            make = compile_condition if text in CONDITIONS else compile_sql
            found = connection.execute(select(make(node, resolve, here)).order_by(table.c.id)).scalars().all()
            expected = [compile_python(node)({("at",): moment}, here) for moment in MOMENTS]
            assert [bool(f) if text in CONDITIONS else f for f in found] == expected, text
        connection.rollback()
    engine.dispose()


def test_each_date_has_its_own_offset() -> None:
    dates = [compile_python(parse("DATE(at)"))({("at",): moment}, context()).day for moment in MOMENTS[:3]]
    assert dates == [1, 2, 1]


@given(
    st.integers(1009843200, 1924905600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(["Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"]),
)
def test_a_clock_is_that_of_its_zone(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    clock = clock_of(UNIX.astimezone(zone))
    wall = clock.on_wall(moment)
    assert wall == moment.astimezone(zone).replace(tzinfo=None)
    local = wall.replace(tzinfo=zone)
    assert clock.moment_of(wall) == local.astimezone(UTC)
    assert clock.is_shown_once(wall) == (local.utcoffset() == local.replace(fold=1).utcoffset())


def test_the_ends_of_time() -> None:
    clock = clock_of(UNIX.astimezone(WARSAW))
    assert clock.on_wall(datetime.max.replace(tzinfo=UTC)) is None
    assert clock.moment_of(datetime.min.replace(tzinfo=UTC).replace(tzinfo=None)) is None
    assert clock_of(datetime.min.replace(tzinfo=WARSAW) + timedelta(days=9)).on_wall(UNIX)
