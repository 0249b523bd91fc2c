"""Sort keys of values that are there already: made in batches by id that can be resumed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table

from kartoteka.metadata.columns import Moment, exact_text
from kartoteka.metadata.fieldtypes.text import text_sort_key

BATCH = 2000
"""Records that get their keys at once."""
Column = tuple[str, str]
"""Names of a table and of a column in it."""


class SortKeys:
    """Fills the column of a text's sort keys out of the column of the text."""

    def __init__(self, connection: Connection, source: Column, target: Column) -> None:
        self.connection, self._companion = connection, source[0] != target[0]
        self._texts = named_table(
            source[0], named_column("id"), named_column("deleted_at", Moment()), named_column(source[1], exact_text())
        )
        self._keys = named_table(
            target[0], named_column("id"), named_column("deleted_at", Moment()), named_column(target[1], exact_text())
        )
        self._text = self._texts.c[source[1]]
        set_key = update(self._keys).where(self._keys.c.id == bindparam("row"))
        self._fill = set_key.values({target[1]: bindparam("key")})

    def step(self, last: int) -> int | None:
        """Fill the records after that id; return the last one's, None when all is done."""
        page = self._page.where(self._texts.c.id > last, self._text.is_not(None))
        found = self.connection.execute(page.order_by(self._texts.c.id).limit(BATCH)).all()
        self._write(found)
        return int(found[-1].id) if found else None

    def refill(self, ids: Collection[int]) -> None:
        """Fill these records anew, whatever their texts are by now."""
        self._write(self.connection.execute(self._page.where(self._texts.c.id.in_(ids))).all())

    @property
    def _page(self) -> Select[int, Any, str | None]:
        return select(self._texts.c.id, self._texts.c.deleted_at, self._text)

    def _write(self, rows: Sequence[Row[int, Any, str | None]]) -> None:
        if rows and self._companion:
            self._ensure(rows)
        if rows:
            self.connection.execute(self._fill, [{"row": row[0], "key": _key(row[2])} for row in rows])

    def _ensure(self, rows: Sequence[Row[int, Any, str | None]]) -> None:
        """Make the companion's rows where the keys lie in another table than the texts."""
        ids = [row[0] for row in rows]
        known = set(self.connection.execute(select(self._keys.c.id).where(self._keys.c.id.in_(ids))).scalars())
        missing = [{"id": row[0], "deleted_at": row[1]} for row in rows if row[0] not in known]
        if missing:
            self.connection.execute(insert(self._keys), missing)


def _key(text: str | None) -> str | None:
    return None if text is None else text_sort_key(text)
