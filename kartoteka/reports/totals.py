"""Totals of groups and sheets: live SUBTOTAL formulas, and their results for readers that don't calculate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.utils import get_column_letter

from kartoteka.reports.cells import number
from kartoteka.reports.workbook import Column, Formula, Total

# https://support.microsoft.com/office/subtotal-function: it passes over other SUBTOTALs in its ranges, so a
# grand total may span the group totals. 3 is COUNTA: it counts texts and dates as well as numbers.
_FUNCTIONS: dict[Total, int] = {"average": 1, "count": 3, "max": 4, "min": 5, "sum": 9}


@dataclass(slots=True)
class Tally:
    """What was seen of one column: the filled cells, and the count, sum and extremes of the numbers."""

    filled: int = 0
    numbers: int = 0
    sum: Decimal = Decimal(0)
    min: Decimal | None = None
    max: Decimal | None = None

    def add(self, value: object) -> None:
        """Count one cell's value in."""
        if value is None or value == "":
            return
        self.filled += 1
        amount = number(value)
        if amount is not None:
            self.numbers += 1
            self.sum += amount
            self._stretch(amount, amount)

    def merge(self, other: "Tally") -> None:
        """Count everything in that the other has seen."""
        self.filled += other.filled
        self.numbers += other.numbers
        self.sum += other.sum
        self._stretch(other.min, other.max)

    def _stretch(self, low: Decimal | None, high: Decimal | None) -> None:
        if low is not None:
            self.min = low if self.min is None else min(low, self.min)
        if high is not None:
            self.max = high if self.max is None else max(high, self.max)

    def result(self, total: Total) -> Decimal | int | None:
        """The total's value; None for an average or extreme of nothing."""
        if total == "count":
            return self.filled
        if total == "average":
            return self.sum / self.numbers if self.numbers else None
        if total == "sum":
            return self.sum
        return self.min if total == "min" else self.max


@dataclass(frozen=True, slots=True)
class Span:
    """Rows `first` to `last` of one sheet, by its final name."""

    sheet: str
    first: int
    last: int


@dataclass(slots=True)
class Group:
    """A group whose rows are being written, or the whole sheet: where its rows are, what they add up to."""

    tallies: dict[int, Tally]
    first: int
    spans: list[Span] = field(default_factory=list)

    @classmethod
    def opened(cls, columns: Sequence[Column], first: int) -> "Group":
        """A group whose rows begin with row `first`."""
        return cls({i: Tally() for i, column in enumerate(columns) if column.total}, first)

    def add(self, row: Sequence[object]) -> None:
        """Count a row in."""
        for position, tally in self.tallies.items():
            tally.add(row[position])

    def merge(self, inner: "Group") -> None:
        """Count a closed group's rows in."""
        for position, tally in self.tallies.items():
            tally.merge(inner.tallies[position])

    def close_span(self, sheet: str, last: int) -> None:
        """Its rows on this sheet end with row `last`."""
        if last >= self.first:
            self.spans.append(Span(sheet, self.first, last))

    def total(self, position: int, total: Total, letter: str, sheet: str) -> Formula | None:
        """The formula for a cell on `sheet`; None where Excel would show #DIV/0! or a made-up zero."""
        value = self.tallies[position].result(total)
        if value is None or not self.spans:
            return None
        return Formula(self._subtotal(total, letter, sheet), value)

    def quotient(self, positions: tuple[int, int], sheet: str) -> Formula | None:
        """The formula for a cell on `sheet` that divides one column's sum by another's; None where that is nought."""
        upper, lower = (self.tallies[position].sum for position in positions)
        if not lower or not self.spans:
            return None
        sums = [self._subtotal("sum", get_column_letter(position + 1), sheet) for position in positions]
        return Formula("/".join(sums), upper / lower)

    def _subtotal(self, total: Total, letter: str, sheet: str) -> str:
        ranges = ",".join(_reference(span, letter, sheet) for span in self.spans)
        return f"SUBTOTAL({_FUNCTIONS[total]},{ranges})"


def _reference(span: Span, letter: str, sheet: str) -> str:
    cells = f"{letter}{span.first}:{letter}{span.last}"
    return cells if span.sheet == sheet else f"{quote_sheet(span.sheet)}!{cells}"


def quote_sheet(name: str) -> str:
    """A sheet's name as a formula writes it."""
    return "'" + name.replace("'", "''") + "'"
