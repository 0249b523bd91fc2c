"""A card type to try expressions on: its fields, their columns, and rows of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    MetaData,
    ScalarSelect,
    Table,
    Time,
    insert,
    select,
)

from kartoteka.metadata.columns import Moment, ScaledDecimal, exact_text
from kartoteka.metadata.expressions import Context, Kind, Path, compile_condition, compile_python, compile_sql, parse
from kartoteka.metadata.expressions.kinds import BOOLEAN, DATE, DATETIME, LIST, NUMBER, TEXT, TIME, record
from kartoteka.metadata.folding import fold

KINDS: dict[Path, Kind] = {
    ("name",): TEXT,
    ("city",): TEXT,
    ("stage",): TEXT,
    ("client", "segment"): TEXT,
    ("amount",): NUMBER,
    ("price",): NUMBER,
    ("pieces",): NUMBER,
    ("active",): BOOLEAN,
    ("urgent",): BOOLEAN,
    ("closing_date",): DATE,
    ("start",): DATE,
    ("created_at",): DATETIME,
    ("changed_at",): DATETIME,
    ("opens",): TIME,
    ("tags",): LIST,
    ("owner",): record("user"),
    ("boss",): record("user"),
    ("parent",): record("deal"),
}
TYPES: dict[Kind, Any] = {
    TEXT: exact_text(),
    BOOLEAN: Boolean(),
    DATE: Date(),
    DATETIME: Moment(),
    TIME: Time(),
    LIST: exact_text(),
}
CONTEXT = Context(
    today=date(2026, 1, 31),
    now=datetime(2026, 1, 31, 1, 30, 15, tzinfo=timezone(timedelta(hours=3))),
    me=7,
)


class Deal:
    """The scope."""

    def kind_of(self, path: Path) -> Kind | None:
        return KINDS.get(path)

    def suggestions(self, path: Path) -> Iterable[str]:
        return [".".join(known) for known in KINDS]

    def choices(self, path: Path) -> tuple[str, ...] | None:
        return ("new", "won", "lost") if path == ("stage",) else None

    def related(self, entity: str, link: str) -> Deal | None:
        return self if (entity, link) == ("deal", "parent") else None

    def relations(self) -> Iterable[str]:
        return ["deal.parent"]


def column_name(path: Path) -> str:
    return "_".join(path)


def _type(path: Path) -> Any:
    if path == ("amount",):
        return ScaledDecimal(2)
    if path == ("price",):
        return ScaledDecimal(4)
    return BigInteger() if KINDS[path].name == "number" else TYPES.get(KINDS[path]) or BigInteger()


def table() -> Table:
    columns = [Column(column_name(path), _type(path)) for path in KINDS]
    folded = [Column(f"{column_name(path)}_folded", exact_text()) for path in (("name",), ("city",))]
    return Table("expression_deals", MetaData(), Column("id", Integer, primary_key=True), *columns, *folded)


DEALS = table()


def resolve(path: Path) -> ColumnElement[Any]:
    return DEALS.c[column_name(path)]


def folded(path: Path) -> ColumnElement[Any] | None:
    return DEALS.c.get(f"{column_name(path)}_folded")


@dataclass(frozen=True)
class Parts:
    """The deals whose parent is the deal in hand."""

    outer: FromClause = DEALS
    deals: FromClause = field(default_factory=DEALS.alias)

    def element(self, path: Path) -> ColumnElement[Any]:
        return self.deals.c[column_name(path)]

    def folded(self, path: Path) -> ColumnElement[Any] | None:
        return self.deals.c.get(f"{column_name(path)}_folded")

    def relate(self, entity: str, link: str) -> Parts:
        return Parts(self.deals)

    def select(self, column: ColumnElement[Any], condition: ColumnElement[Any]) -> ScalarSelect[Any]:
        chosen = select(column).select_from(self.deals).where(self.deals.c.parent == self.outer.c.id, condition)
        return chosen.correlate(self.outer).scalar_subquery()


def relate(entity: str, link: str) -> Parts:
    return Parts()


def stored(number: int, values: Mapping[Path, Any]) -> dict[str, Any]:
    """Return the row that holds these values."""
    row: dict[str, Any] = {"id": number}
    for path, kind in KINDS.items():
        value = values.get(path)
        if kind == LIST:
            value = "\x1f" + "\x1f".join(value) + "\x1f" if value else None
        row[column_name(path)] = value
    for path in (("name",), ("city",)):
        row[f"{column_name(path)}_folded"] = fold(values.get(path) or "")
    return row


def fill(connection: Connection, rows: Iterable[Mapping[Path, Any]]) -> None:
    connection.execute(DEALS.delete())
    connection.execute(insert(DEALS), [stored(number, row) for number, row in enumerate(rows)])


def by_python(text: str, values: Mapping[Path, Any], context: Context = CONTEXT) -> Any:
    return compile_python(parse(text))(values.get, context)


def with_parts(rows: Iterable[Mapping[Path, Any]]) -> list[dict[Path, Any]]:
    """Return rows that know the rows whose parent they are, by number."""
    found = [dict(row) for row in rows]
    for number, row in enumerate(found):
        parts = [each for each in found if each.get(("parent",)) == number]
        row[("deal.parent",)] = [part.get for part in parts]
    return found


def by_sql(connection: Connection, text: str, context: Context = CONTEXT) -> list[Any]:
    """Return the expression's value for every row, in the rows' order."""
    value = compile_sql(parse(text), resolve, context, folded, relate)
    return list(connection.execute(select(value).select_from(DEALS).order_by(DEALS.c.id)).scalars())


def chosen(connection: Connection, text: str, context: Context = CONTEXT) -> list[int]:
    """Return the numbers of the rows for which the expression holds as a WHERE condition."""
    condition = compile_condition(parse(text), resolve, context, folded, relate)
    return list(connection.execute(select(DEALS.c.id).where(condition).order_by(DEALS.c.id)).scalars())


def same(found: Any, expected: Any) -> bool:
    """Tell whether two targets agree: numbers to a part in a billion, all else exactly."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return bool(found) is bool(expected) and (found is None) == (expected is None)
    if isinstance(expected, int | Decimal) and isinstance(found, int | Decimal):
        return abs(Decimal(found) - Decimal(expected)) <= max(abs(Decimal(expected)), Decimal(1)) * Decimal("1e-9")
    return bool(found == expected) and type(found) is type(expected)


ROWS: list[dict[Path, Any]] = with_parts(
    [
        {},
        {
            ("name",): "ООО Ёлка",
            ("city",): "Łódź",
            ("stage",): "won",
            ("client", "segment"): "a",
            ("amount",): Decimal("1250.50"),
            ("price",): Decimal("0.1000"),
            ("pieces",): 7,
            ("active",): True,
            ("urgent",): False,
            ("closing_date",): date(2026, 2, 3),
            ("start",): date(2025, 12, 31),
            ("created_at",): datetime(2026, 1, 30, 22, 15, 30, 250000, tzinfo=UTC),
            ("changed_at",): datetime(2026, 1, 1, tzinfo=UTC),
            ("opens",): time(9, 30),
            ("tags",): ("vip", "old"),
            ("owner",): 7,
            ("boss",): 7,
            ("parent",): 3,
        },
        {
            ("name",): "  100% łoś_a ",
            ("city",): "",
            ("stage",): "lost",
            ("client", "segment"): "b",
            ("amount",): Decimal("-2.67"),
            ("price",): Decimal("0.2000"),
            ("pieces",): 0,
            ("active",): False,
            ("closing_date",): date(2024, 2, 29),
            ("start",): date(2024, 2, 29),
            ("created_at",): datetime(2026, 1, 31, 12, tzinfo=UTC),
            ("tags",): ("vip2",),
            ("owner",): 8,
            ("boss",): 7,
            ("parent",): 1,
        },
        {
            ("name",): "żółw Zażółć",
            ("city",): "Москва",
            ("amount",): Decimal("99999.99"),
            ("price",): Decimal("-12.3450"),
            ("pieces",): -15,
            ("active",): True,
            ("urgent",): True,
            ("closing_date",): date(1999, 12, 31),
            ("start",): date(9999, 12, 31),
            ("owner",): 9,
            ("parent",): 1,
        },
    ]
)
