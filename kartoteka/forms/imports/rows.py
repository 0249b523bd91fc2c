"""Rows: the cells of a row as values by field, as far as that can be told without the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kartoteka.forms.imports.cells import CellReader, converter, link_text
from kartoteka.forms.imports.columns import Column
from kartoteka.forms.imports.results import FailedRow, RowProblem
from kartoteka.forms.imports.tables import Cell, SourceRow, cell_text, is_empty
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Problem

SHOWN = 200
"""Characters of a value that a problem repeats."""


@dataclass(slots=True)
class ImportRow:
    """A row on its way: values by field key, links not looked up yet as texts, and what was found wrong."""

    source: SourceRow
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """What the cells of links say, by field key, until the records are found."""
    record_id: int | None = None
    """What the id column says."""
    ref: str = ""
    problems: list[Problem] = field(default_factory=list)
    unresolved: list[Problem] = field(default_factory=list)
    """Links that lead nowhere yet: to records of the same card type, which may stand further down."""


class RowReader:
    """Reads rows of a table whose columns are known; what each column needs is prepared once."""

    def __init__(
        self, columns: Sequence[Column], locale: Locale, *, separator: str | None = None, now: datetime | None = None
    ) -> None:
        self.columns = columns
        fields = [(column, column.field) for column in columns if column.role == "field" and column.field]
        self.links = {each.key: column for column, each in fields if each.type.links_to}
        self._readers = {
            each.key: (column.place, CellReader(converter(each, locale, separator=separator, now=now)))
            for column, each in fields
            if not each.type.links_to
        }
        self._link_readers = {key: (column.place, CellReader(link_text)) for key, column in self.links.items()}
        self._own: dict[str, Column] = {column.role: column for column in columns if column.role in ("id", "ref")}
        self._titles = {each.key: column for column, each in fields}

    def read(self, rows: Sequence[SourceRow], width: int) -> list[ImportRow]:
        """Return the rows' values. `width` is the number of titles: a row of another width has slipped."""
        found = [ImportRow(row) for row in rows]
        fitting: list[tuple[ImportRow, Sequence[Cell]]] = []
        for row in found:
            cells = _fitted(row.source.cells, width)
            if cells is None:
                params = {"expected": width, "found": len(row.source.cells)}
                row.problems.append(Problem("import.cell_count", params))
            else:
                fitting.append((row, cells))
        if fitting:
            self._read_columns([row for row, _ in fitting], list(zip(*(cells for _, cells in fitting), strict=True)))
        for row, cells in fitting:
            self._read_own(row, cells)
        return found

    def _read_columns(self, rows: Sequence[ImportRow], columns: Sequence[Sequence[Cell]]) -> None:
        values = {key: reader.read(columns[place]) for key, (place, reader) in self._readers.items()}
        for row, own in zip(rows, zip(*values.values(), strict=True), strict=True):
            row.values = dict(zip(values, own, strict=True))
        for key, column in values.items():
            for row in _broken(rows, column):
                row.problems.append(row.values.pop(key).at(field=key))
        for key, (place, reader) in self._link_readers.items():
            texts = reader.read(columns[place])
            for row, text in zip(rows, texts, strict=True):
                (row.values if text is None else row.links)[key] = text
            for row in _broken(rows, texts):
                problem: Any = row.links.pop(key)
                row.problems.append(problem.at(field=key))

    def _read_own(self, row: ImportRow, cells: Sequence[Cell]) -> None:
        """Read the columns of ids and refs."""
        row.ref = self.ref(row.source)
        if "id" in self._own and not is_empty(cell := cells[self._own["id"].place]):
            digits = cell_text(cell).strip().removeprefix("#")
            if digits.isascii() and digits.isdigit() and len(digits) < 19:
                row.record_id = int(digits)
            else:
                row.problems.append(Problem("link.not_an_id", {"text": digits[:40]}, field="id"))

    def ref(self, row: SourceRow) -> str:
        """Return what a row's ref column says; empty where there is none."""
        place = self._own["ref"].place if "ref" in self._own else len(row.cells)
        return cell_text(row.cells[place]).strip() if place < len(row.cells) else ""

    def failed(self, row: ImportRow) -> FailedRow:
        """Return the row with its problems, each at its column."""
        problems = tuple(self._placed(row.source, problem) for problem in row.problems)
        return FailedRow(row.source.number, row.source.cells, problems)

    def _placed(self, row: SourceRow, problem: Problem) -> RowProblem:
        column = self._titles.get(problem.field or "") or self._own.get(problem.field or "")
        if column is None:
            return RowProblem(row.number, "", "", problem)
        cell = row.cells[column.place] if column.place < len(row.cells) else None
        return RowProblem(row.number, column.title, cell_text(cell)[:SHOWN], problem)


def _fitted(cells: tuple[Cell, ...], width: int) -> Sequence[Cell] | None:
    """Return the cells under the titles; None where some are missing or stand beyond them."""
    if len(cells) == width:
        return cells
    return cells[:width] if len(cells) > width and all(map(is_empty, cells[width:])) else None


def _broken(rows: Sequence[ImportRow], read: Sequence[Any]) -> list[ImportRow]:
    """Return the rows whose cell of a column could not be read: a problem stands in the place of the value."""
    if Problem not in set(map(type, read)):
        return []
    return [row for row, value in zip(rows, read, strict=True) if type(value) is Problem]
