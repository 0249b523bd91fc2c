"""Reference data: the rows that a package brings, `data/<card type>.csv`, each under a `ref` that never changes.

The first column is `ref`, the others are named like fields; UTF-8, commas. Links name refs, items of lists are parted
by `|`, an empty cell is an empty field. What stands in the cells is kept as text, so that two versions of a package can
be compared whatever the fields have become meanwhile.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from kartoteka.metadata.keys import is_key
from kartoteka.metadata.problems import Problem
from kartoteka.metadata.trees import canonical

FOLDER = "data"
REF = "ref"
LONGEST_REF = 200
Texts = Mapping[str, str]
"""The cells of a row, by column."""


@dataclass(frozen=True, slots=True)
class RowSet:
    """The rows of one card type in one version of a package; equal where all cells are."""

    digest: str
    rows: Mapping[str, Texts] | None = field(default=None, compare=False, repr=False)
    """By ref; None where they have not been fetched yet."""

    @classmethod
    def of(cls, rows: Mapping[str, Texts]) -> RowSet:
        """Return the set of these rows."""
        return cls(hashlib.sha256(canonical(rows)).hexdigest(), rows)


def file_of(entity: str) -> str:
    """Return the name of the file that holds the rows of a card type."""
    return f"{FOLDER}/{entity}.csv"


def read_row_sets(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, RowSet]:
    """Return the rows of a package's files by card type; what is wrong with the files is added to `problems`."""
    found: dict[str, RowSet] = {}
    for name, data in sorted(files.items()):
        path = PurePosixPath(name)
        if path.parts[0] != FOLDER:
            continue
        if len(path.parts) != 2 or path.suffix != ".csv" or not is_key(path.stem):
            problems.append(Problem("package.unknown_file", {"path": name}, file=name, pointer=""))
            continue
        wrong: list[Problem] = []
        found[path.stem] = RowSet.of(_rows(data, wrong))
        problems += [problem.at(file=name, pointer="") for problem in wrong]
    return found


def _rows(data: bytes, problems: list[Problem]) -> dict[str, Texts]:
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem("rows.unreadable", {"reason": str(error)}))
        return {}
    header = lines[0] if lines else []
    if header[:1] != [REF]:
        problems.append(Problem("rows.no_ref"))
        return {}
    doubled = {name for name in header if header.count(name) > 1}
    problems += [Problem("rows.doubled_column", {"name": name}) for name in sorted(doubled)]
    found: dict[str, Texts] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if cells:
            problems += _wrong_line(number, cells, len(header), found)
            found[cells[0].strip()] = dict(zip(header[1:], (cell.strip() for cell in cells[1:]), strict=False))
    return found


def _wrong_line(number: int, cells: Sequence[str], width: int, known: Mapping[str, Texts]) -> Iterator[Problem]:
    ref = cells[0].strip()
    if len(cells) != width:
        yield Problem("rows.cell_count", {"line": number, "expected": width, "found": len(cells)})
    if not ref or len(ref) > LONGEST_REF:
        yield Problem("rows.wrong_ref", {"line": number, "max": LONGEST_REF})
    elif ref in known:
        yield Problem("rows.doubled_ref", {"line": number, "ref": ref})


def write_rows(rows: Mapping[str, Texts]) -> bytes:
    """Return rows as the file that gives them back; the order of rows and columns is as good as any."""
    columns = list(dict.fromkeys(name for texts in rows.values() for name in texts))
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([REF, *columns])
    writer.writerows([ref, *(texts.get(name, "") for name in columns)] for ref, texts in rows.items())
    return written.getvalue().encode()
