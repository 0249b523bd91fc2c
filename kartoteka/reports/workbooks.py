"""Any query or report as a file: a typed workbook, or a CSV file as people's spreadsheets open it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, BinaryIO, cast

from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import Forbidden
from kartoteka.platform import columnwise
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Query
from kartoteka.platform.runtime import Table
from kartoteka.platform.streams import compiled_all, ordered_ids, stored_columns
from kartoteka.platform.units import Unit
from kartoteka.platform.web.environment import Templates
from kartoteka.reports.columns import block_reader, sheet_columns
from kartoteka.reports.csv_file import Dialect, write_csv
from kartoteka.reports.figures import field_label
from kartoteka.reports.questions import Answer
from kartoteka.reports.reader import reader_of
from kartoteka.reports.sheets import report_workbook
from kartoteka.reports.workbook import (
    Block,
    Column,
    GroupStart,
    GroupTotal,
    Properties,
    Row,
    RowEvent,
    Sheet,
    Workbook,
)

Progress = Callable[[int, int], None]
"""Is told now and then how many rows are written, and of how many."""


def ignore_progress(done: int, total: int) -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class Workbooks:
    """Writes the rows of queries and reports into files; it is the runtime's WorkbookMaker."""

    templates: Templates

    def write(
        self,
        unit: Unit,
        actor: Actor,
        query: Query,
        title: str,
        form: str,
        file: BinaryIO,
        labels: Mapping[str, str] | None = None,
        progress: Progress = ignore_progress,
    ) -> int:
        """Write all rows of a query, whatever its page, as `form` ("xlsx" or "csv"); returns how many.

        `labels` are the columns' own, by path. The file stays open. Raises Forbidden for who may not download,
        BadRequest and NotFound as the query does.
        """
        _refuse_without_right(unit, actor)
        reader = reader_of(actor, self.templates)
        compiled = compiled_all(unit, actor, query)
        ids = ordered_ids(unit, actor, replace(query, limit=None))
        columns = sheet_columns(compiled, reader, labels or {}) or (Column(reader.say("Number"), "integer"),)
        read = block_reader(compiled, actor.locale) if compiled.columns else _only_ids
        blocks = (read(stored) for stored in stored_columns(compiled, ids))
        sheet = Sheet(title, columns, blocks)
        properties = Properties(title, author=actor.name, created=unit.now.replace(tzinfo=None))
        _write(Workbook((sheet,), properties), form, file, actor.locale, (), lambda done: progress(done, len(ids)))
        return len(ids)

    def write_tables(self, title: str, tables: Iterable[Table], file: BinaryIO) -> None:
        """Write tables of texts and whole numbers as sheets; see the function of that name."""
        write_tables(title, tables, file)

    def write_report(self, answer: Answer, form: str, file: BinaryIO, progress: Progress = ignore_progress) -> int:
        """Write a report likewise; returns how many single records are in it."""
        _refuse_without_right(answer.unit, answer.actor)
        reader = reader_of(answer.actor, self.templates)
        titles = tuple(field_label(answer, group.field, reader) for group in answer.report.groups)
        book, total = report_workbook(answer, reader), answer.count
        _write(book, form, file, reader.locale, titles, lambda done: progress(done, total))
        return total


def _refuse_without_right(unit: Unit, actor: Actor) -> None:
    if not unit.model.access.may_export(actor):
        raise Forbidden("access.no_export")


def _only_ids(stored: Sequence[columnwise.Column]) -> Block:
    """Return the cells of a list without columns, which still has a row for each record."""
    return Block((stored[0],))


def _write(
    book: Workbook,
    form: str,
    file: BinaryIO,
    locale: Locale,
    group_titles: tuple[str, ...],
    progress: Callable[[int], None],
) -> None:
    if form == "xlsx":
        _write_xlsx(book, file, progress)
        return
    columns, rows = flat(book.sheets[0], group_titles)
    write_csv(columns, rows, file, dialect_of(locale), progress)


def _write_xlsx(book: Workbook, file: BinaryIO, progress: Callable[[int], None] | None = None) -> None:
    """Write a workbook. What makes them takes long to load: the first one waits for it, not the start of a server."""
    from kartoteka.reports.xlsx import write_xlsx  # noqa: PLC0415

    write_xlsx(book, file, progress)


def dialect_of(locale: Locale) -> Dialect:
    """Return how spreadsheets of the reader's country expect a CSV file: where a comma parts decimals, semicolons."""
    return Dialect(";", decimal_mark=",") if locale.decimal_sign == "," else Dialect()


def flat(sheet: Sheet, group_titles: tuple[str, ...]) -> tuple[list[Column], Iterable[Row | Block]]:
    """Return a sheet without groups, totals and hidden columns: each row bears the groups that it is in."""
    if not sheet.groups and not any(column.hidden for column in sheet.columns):
        return list(sheet.columns), cast("Iterable[Row | Block]", sheet.rows)
    shown = [place for place, column in enumerate(sheet.columns) if not column.hidden]
    titles = [Column(title) for title in group_titles[: sheet.groups]]
    return titles + [sheet.columns[place] for place in shown], _flat_rows(sheet.rows, shown)


def _flat_rows(events: Iterable[RowEvent], shown: list[int]) -> Iterator[Row]:
    groups: list[str] = []
    for event in events:
        if isinstance(event, GroupStart):
            groups.append(event.label)
        elif isinstance(event, GroupTotal):
            groups.pop()
        else:
            for row in event.rows() if isinstance(event, Block) else (event,):
                yield [*groups, *(row[place] for place in shown)]


def write_tables(title: str, tables: Iterable[Table], file: BinaryIO) -> None:
    """Write tables of texts and whole numbers as sheets; the kind of a column is that of its first row."""
    _write_xlsx(Workbook(tuple(_plain_sheet(*each) for each in tables), Properties(title)), file)


def _plain_sheet(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Sheet:
    given = iter(rows)
    first = list(islice(given, 1))
    kinds = [isinstance(cell, int) for cell in first[0]] if first else [False] * len(columns)
    described = tuple(
        Column(name, "integer" if is_number else "text") for name, is_number in zip(columns, kinds, strict=True)
    )
    return Sheet(title, described, (list(row) for row in chain(first, given)))
