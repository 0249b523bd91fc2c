"""Marks of a worksheet that calamine does not tell: which cells hold an error, which numbers are shown as percentages.

Found by looking through the sheet's XML for the tags of such cells alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZipFile

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_PERCENT_FORMATS = {"9", "10"}
"""Built-in number formats 0% and 0.00%."""
_BLOCK = 1 << 20
_LONGEST_TAG = 1000
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(frozen=True, slots=True)
class Marks:
    """Cells by row and column, both counted from nought."""

    errors: set[tuple[int, int]] = field(default_factory=set)
    percents: set[tuple[int, int]] = field(default_factory=set)


def read_marks(archive: ZipFile, sheet: str) -> Marks:
    """Return the marks of the sheet of that name. Raises KeyError, etree.XMLSyntaxError for a broken workbook."""
    marks = Marks()
    styles = _percent_styles(archive)
    wanted = [rb'\st="e"']
    if styles:
        wanted.append(rb'\ss="(?:' + b"|".join(str(each).encode() for each in styles) + rb')"')
    tag = re.compile(rb"<(?:\w+:)?c(?=[^>]*(?:" + b"|".join(wanted) + rb"))[^>]*>")
    with archive.open(_path_of(archive, sheet)) as file:
        for found in _tags(file, tag):
            place = _PLACE.search(found)
            if place:
                where = (int(place[2]) - 1, _column(place[1]))
                (marks.errors if b't="e"' in found else marks.percents).add(where)
    return marks


def _tags(file: IO[bytes], tag: re.Pattern[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := file.read(_BLOCK):
        text = rest + block
        end = text.rfind(b">") + 1
        rest = text[end:][-_LONGEST_TAG:]
        yield from (found[0] for found in tag.finditer(text, 0, end))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _percent_styles(archive: ZipFile) -> list[int]:
    """Return the numbers of the cell styles whose number format has a percent sign."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = _parsed(archive, "xl/styles.xml")
    formats = {
        each.get("numFmtId", "")
        for each in root.iter(f"{_MAIN}numFmt", f"{_STRICT}numFmt")
        if "%" in each.get("formatCode", "")
    }
    styles = [xf for xfs in root.iter(f"{_MAIN}cellXfs", f"{_STRICT}cellXfs") for xf in xfs]
    return [place for place, xf in enumerate(styles) if xf.get("numFmtId") in formats | _PERCENT_FORMATS]


def _path_of(archive: ZipFile, sheet: str) -> str:
    root = _parsed(archive, "xl/workbook.xml")
    found = next(each for each in root.iter(f"{_MAIN}sheet", f"{_STRICT}sheet") if each.get("name") == sheet)
    relation = found.get(_RELATION) or found.get(_STRICT_RELATION)
    targets = {each.get("Id"): each.get("Target", "") for each in _parsed(archive, "xl/_rels/workbook.xml.rels")}
    target = targets[relation]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _parsed(archive: ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)
