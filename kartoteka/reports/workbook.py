"""What an Excel workbook holds, said without naming any Excel library.

A `Sheet` is columns and a stream of rows. In a grouped sheet the stream also carries `GroupStart` and
`GroupTotal`, properly nested, and the rows between them belong to the innermost open group. Without groups rows may
also come as a `Block`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from kartoteka.platform import columnwise

Kind: TypeAlias = Literal["text", "integer", "decimal", "boolean", "date", "datetime", "time", "duration", "link"]
Total: TypeAlias = Literal["sum", "average", "count", "min", "max"]
ChartKind: TypeAlias = Literal["column", "bar", "stacked", "line", "pie"]
ChartPlace: TypeAlias = Literal["sheet", "chart_sheet"]

_ADDABLE: tuple[Kind, ...] = ("integer", "decimal", "duration")
_ORDERED: tuple[Kind, ...] = (*_ADDABLE, "date", "datetime", "time")
_KINDS_OF_TOTAL: dict[Total, tuple[Kind, ...]] = {
    "sum": _ADDABLE,
    "average": _ADDABLE,
    "min": _ORDERED,
    "max": _ORDERED,
    "count": (*_ORDERED, "text", "boolean", "link"),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula, without the leading "=". Only our own code makes one: data never becomes a formula.

    `value` is the result as far as we know it, for readers that don't calculate (previews, phones).
    """

    text: str
    value: int | float | Decimal | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is in characters; without one it is measured from the first rows.

    `total` is what the column's total cells hold. A totalled column keeps every number a number; any other
    column writes numbers of more than 15 significant digits as text, because Excel would round them.
    `quotient` are the positions of two columns with sums: the total cells hold the one divided by the other, which is
    how averages of groups are put together. A hidden column is there for formulas alone.
    Raises ValueError for a total that makes no sense for the kind.
    """

    title: str
    kind: Kind = "text"
    number_format: str | None = None
    width: float | None = None
    total: Total | None = None
    quotient: tuple[int, int] | None = None
    hidden: bool = False

    @property
    def has_total(self) -> bool:
        """Whether its total cells hold a value, so that no label can stand there."""
        return self.total is not None or self.quotient is not None

    def __post_init__(self) -> None:
        if self.total is not None and self.kind not in _KINDS_OF_TOTAL[self.total]:
            raise ValueError(f"a {self.kind} column has no {self.total}")


@dataclass(frozen=True, slots=True)
class GroupStart:
    """Opens a group one level deeper; written as a bold row with the label."""

    label: str


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """Closes the innermost open group; written as a row of live subtotals."""

    label: str


Row: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows given by their columns, at least one: by far the fastest way to write many."""

    columns: tuple[columnwise.Column, ...]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.columns[0])

    def rows(self) -> Iterator[Row]:
        """The rows one by one."""
        return zip(*(column.values for column in self.columns), strict=True)


RowEvent: TypeAlias = Row | Block | GroupStart | GroupTotal


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart. `category` and `series` are positions in the sheet's columns.

    On a flat sheet it draws the rows. On a grouped sheet it draws the outermost groups' totals, collected
    with links to their cells in a summary sheet of the name `summary_name`; `category` plays no part then.
    """

    kind: ChartKind
    series: tuple[int, ...]
    category: int = 0
    title: str = ""
    place: ChartPlace = "sheet"
    summary_name: str = "Summary"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Rows are read once, in order, and never kept.

    `title_lines` stand above the header (the first as a heading: what, which filter, when, by whom).
    `groups` is how deep groups nest, 0 for a flat sheet. `totals` adds a last row with the columns' totals.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[RowEvent]
    title_lines: tuple[str, ...] = ()
    freeze: bool = True
    frozen_columns: int = 0
    autofilter: bool = True
    groups: int = 0
    totals: bool = False
    total_label: str = "Total"
    chart: Chart | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a sheet needs a column")
        if len(self.columns) > 16_384:
            raise ValueError("Excel has at most 16,384 columns")
        self.label_column()

    def label_column(self) -> int:
        """Position of the column that holds group and total labels.

        A column with a total would mix labels and values (a count would even count them), so it is the first
        one without. Raises ValueError where labels are needed and every column has a total.
        """
        for position, column in enumerate(self.columns):
            if not column.has_total:
                return position
        if self.groups or self.totals:
            raise ValueError("a sheet with groups or totals needs one column without a total, for the labels")
        return 0


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says about itself."""

    title: str = ""
    subject: str = ""
    author: str = ""
    keywords: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Workbook:
    """A whole file. Sheet names may be any text: they are made legal and unique on the way out."""

    sheets: tuple[Sheet, ...]
    properties: Properties = field(default_factory=Properties)

    def __post_init__(self) -> None:
        if not self.sheets:
            raise ValueError("a workbook needs a sheet")
