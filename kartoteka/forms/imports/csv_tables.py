"""CSV files as tables: comma, semicolon or tab; UTF-8, UTF-16 and the code pages of Windows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kartoteka.forms.imports.encodings import encoding_of
from kartoteka.forms.imports.tables import MOST_COLUMNS, MOST_ROWS, SourceRow, Table
from kartoteka.metadata.problems import Problem, Refused

DELIMITERS = ",;\t"
LONGEST_CELL = 4_000_000
LONGEST_HEADER = 1 << 20

# The csv module keeps this limit for the whole process; its own (128 KB) is below what a long text may have.
csv.field_size_limit(LONGEST_CELL)


@contextmanager
def open_csv(path: Path, encoding: str | None = None) -> Iterator[Table]:
    """Open a CSV file as a table of texts. Raises Refused when it can't be read."""
    chosen = encoding or encoding_of(path)
    try:
        with path.open(encoding=chosen, newline="") as file:
            rows = _rows(file, _delimiter(file))
            first = next(rows, None)
            yield Table(_header(first), _body(rows))
    except LookupError as error:
        raise Refused([Problem("csv.unknown_encoding", {"name": path.name, "known": [str(encoding)]})]) from error


def _delimiter(file: io.TextIOWrapper) -> str:
    """Return the delimiter that the first line has most of, outside quotes; leaves the file at its beginning."""
    try:
        start = file.read(LONGEST_HEADER)
    except UnicodeError as error:
        raise _undecodable(file, error) from error
    file.seek(0)
    counts = dict.fromkeys(DELIMITERS, 0)
    quoted = False
    for letter in start:
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in "\r\n":
            break
        elif not quoted and letter in counts:
            counts[letter] += 1
    return max(counts, key=lambda each: counts[each])


def _rows(file: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with their numbers, as a spreadsheet counts them."""
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        if number > MOST_ROWS:
            raise Refused([Problem("import.too_many_rows", {"max": MOST_ROWS})])
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused([Problem("csv.broken", {"row": number, "reason": str(error)})]) from error
        except UnicodeError as error:
            raise _undecodable(file, error) from error


def _undecodable(file: io.TextIOWrapper, error: UnicodeError) -> Refused:
    return Refused([Problem("csv.wrong_encoding", {"encoding": file.encoding, "reason": str(error)[:200]})])


def _header(first: tuple[int, list[str]] | None) -> tuple[str, ...]:
    header = tuple(title.strip() for title in first[1]) if first else ()
    if not any(header):
        raise Refused([Problem("import.no_header")])
    if len(header) > MOST_COLUMNS:
        raise Refused([Problem("import.too_many_columns", {"max": MOST_COLUMNS, "count": len(header)})])
    return header


def _body(rows: Iterator[tuple[int, list[str]]]) -> Iterator[SourceRow]:
    for number, cells in rows:
        if any(cells):
            yield SourceRow(number, tuple(cells))
