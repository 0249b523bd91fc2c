"""Decimals, sums, averages and moments: the same on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    case,
    create_engine,
    func,
    insert,
    select,
)

from kartoteka.metadata.columns import Moment, ScaledDecimal, as_number, average, exact_text, total

TABLE = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("price", ScaledDecimal(2)),
    Column("rate", ScaledDecimal(4)),
    Column("fine", ScaledDecimal(12)),
    Column("count", BigInteger),
    Column("word", exact_text()),
    Column("at", Moment),
)
C = TABLE.c
D = Decimal
AT = datetime(2026, 1, 31, 15, 30, tzinfo=timezone(timedelta(hours=3)))
ROWS: list[dict[str, Any]] = [
    {"price": D("0.10"), "rate": D("0.5000"), "fine": D("999999.999999999999"), "count": 10**18 - 1, "word": "b"},
    {"price": D("-0.20"), "rate": D("-0.2000"), "fine": D("-0.000000000001"), "count": 1, "word": "Z"},
    {"price": D("9999999999999999.99"), "rate": D("1.2500"), "fine": None, "count": None, "word": "a"},
    {"price": None, "rate": None, "fine": None, "count": None, "word": None},
]


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        TABLE.create(connection)
        connection.execute(insert(TABLE), [row | {"at": AT} for row in ROWS])
        yield connection
    engine.dispose()


def one(connection: Connection, element: ColumnElement[Any], *where: ColumnElement[bool]) -> Any:
    return connection.execute(select(element).where(*where)).scalar_one()


def ids(connection: Connection, condition: ColumnElement[bool]) -> list[int]:
    return list(connection.scalars(select(C.id).where(condition).order_by(C.id)))


def test_decimals_come_back_with_their_places(connection: Connection) -> None:
    stored = connection.execute(select(C.price, C.rate, C.fine).order_by(C.id)).all()
    assert [[str(v) for v in row] for row in stored] == [
        [str(row[name]) for name in ("price", "rate", "fine")] for row in ROWS
    ]


def test_moments_come_back_in_utc(connection: Connection) -> None:
    assert one(connection, C.at, C.id == 1).isoformat() == "2026-01-31T12:30:00+00:00"
    assert len(ids(connection, C.at <= datetime(2026, 1, 31, 12, 30, tzinfo=UTC))) == 4
    assert ids(connection, C.at < AT) == []


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (C.price == D("0.1"), [1]),
        (C.price == D("0.101"), []),
        (C.price > D("0.099"), [1, 3]),
        (C.price < D("-0.1999"), [2]),
        (C.price > 0, [1, 3]),
        (C.price.between(D("-0.2"), D("0.1")), [1, 2]),
        (C.price.in_([D("0.10"), D(7)]), [1]),
        (C.price.not_in([D("0.10")]), [2, 3]),
        (C.price.is_(None), [4]),
        (C.price < D(10) ** 25, [1, 2, 3]),
        (C.fine > D(10) ** 15, []),
        (C.rate > C.price, [1]),
        (C.price == C.rate, [2]),
        (C.price * 2 == D("0.2"), [1]),
        (C.price + C.rate < D("-0.35"), [2]),
        (-C.price > D("0.1"), [2]),
        (func.coalesce(as_number(C.price), D("0.5")) == D("0.5"), [4]),
    ],
    ids=lambda part: "" if isinstance(part, list) else str(part),
)
def test_conditions(connection: Connection, condition: ColumnElement[bool], found: list[int]) -> None:
    assert ids(connection, condition) == found


def test_comparing_with_a_value_keeps_an_index_usable(connection: Connection) -> None:
    compiled = (C.price > D("0.1")).compile(dialect=connection.dialect)
    assert str(compiled).startswith("things.price > ")


@pytest.mark.parametrize(
    ("element", "value"),
    [
        (func.sum(C.price), "-0.10"),
        (total(C.price), "-0.10"),
        (func.min(C.price), "-0.20"),
        (func.max(C.price), "0.10"),
        (average(C.price), "-0.05"),
        (func.avg(as_number(C.price)), "-0.05"),
        (func.abs(as_number(func.min(C.price))), "0.2"),
        (func.sum(C.price) * 2, "-0.2"),
        (func.sum(C.price) / func.count(), "-0.05"),
        (func.sum(C.price * C.rate), "0.09"),
        (func.max(case((C.id == 1, C.price), else_=C.price)), "0.10"),
        (total(C.count), str(10**18)),
        (average(C.rate), "0.15"),
    ],
    ids=str,
)
def test_figures(connection: Connection, element: ColumnElement[Any], value: str) -> None:
    found = one(connection, element, C.id <= 2)
    assert abs(Decimal(str(found)) - Decimal(value)) < D("1e-12")


def test_sums_of_nothing_are_empty(connection: Connection) -> None:
    for element in (total(C.price), average(C.price), func.sum(C.price)):
        assert one(connection, element, C.id == 4) is None


def test_a_sum_is_exact_to_eighteen_digits(connection: Connection) -> None:
    assert one(connection, total(C.price)) == D("9999999999999999.89")
    assert one(connection, total(C.fine)) == D("999999.999999999998")


def test_a_sum_beyond_sixty_four_bits_does_not_fail(connection: Connection) -> None:
    big = {"price": D("9999999999999999.99"), "fine": D("999999.999999999999"), "count": 10**18 - 1}
    connection.execute(insert(TABLE), [big] * 99)
    assert float(one(connection, total(C.price))) == pytest.approx(1e18)
    assert float(one(connection, total(C.fine))) == pytest.approx(1e8)
    assert float(one(connection, total(C.count))) == pytest.approx(1e20)
    assert float(one(connection, average(C.price), C.id > 2)) == pytest.approx(1e16)


def test_groups_by_their_sums(connection: Connection) -> None:
    query = select(C.id).group_by(C.id).having(total(C.price) > D("0.05")).order_by(total(C.price).desc())
    assert list(connection.scalars(query)) == [3, 1]


def test_texts_sort_by_code_point(connection: Connection) -> None:
    words = connection.scalars(select(C.word).where(C.word.is_not(None)).order_by(C.word))
    assert list(words) == ["Z", "a", "b"]
