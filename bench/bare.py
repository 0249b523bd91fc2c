"""The bare work: the statements of our own request, straight through the driver, and a plain Jinja page of the rows.

No rights, no rules, no history of any use: only what the same answer costs at the very least.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment
from sqlalchemy import Engine, event
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kartoteka.platform.database import Database

_pages = Environment(autoescape=True)
TABLE = _pages.from_string(
    "<!doctype html><title>List</title><p>{{ total }}</p><table>"
    "{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)
FORM = _pages.from_string(
    "<!doctype html><title>Form</title><form method=post>"
    "{% for name, cell in row %}<label for={{ name }}>{{ name }}</label>"
    '<input id="{{ name }}" name="{{ name }}" value="{{ cell }}">{% endfor %}</form>'
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it went to the driver."""

    sql: str
    parameters: Any

    @property
    def verb(self) -> str:
        """SELECT, INSERT ..."""
        return self.sql.split(None, 1)[0].upper()


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Statement]]:
    """Give a list to which the statements are added that an engine's connections execute meanwhile."""
    found: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        found.append(Statement(sql, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def about(statements: Sequence[Statement], table: str, *verbs: str) -> list[Statement]:
    """Return those statements that begin so and read or write the table, or any table where it is empty."""
    return [each for each in statements if each.verb in verbs and table in each.sql]


@dataclass
class BareWork:
    """The bare answers to the requests whose statements were recorded; a driver connection for each thread."""

    database: Database
    lists: list[Statement] = field(default_factory=list)
    forms: list[Statement] = field(default_factory=list)
    saves: list[Statement] = field(default_factory=list)
    """What a save reads and inserts; its UPDATE would find no row a second time, so one of our own stands for it."""
    creates: list[Statement] = field(default_factory=list)
    _own: threading.local = field(default_factory=threading.local)

    def routes(self) -> list[Route]:
        """Return the routes of the bare answers, and of what the server has used so far."""
        return [
            Route("/-/bench/list", self.show_list),
            Route("/-/bench/form", self.show_form),
            Route("/-/bench/save", self.save, methods=["POST"]),
            Route("/-/bench/create", self.create, methods=["POST"]),
            Route("/-/bench/cpu", lambda _: PlainTextResponse(str(time.process_time()))),
        ]

    def show_list(self, request: Request) -> Response:
        """Show the rows of the list, and their number."""
        rows, total = [self._read(each) for each in self.lists[:2]]
        return HTMLResponse(TABLE.render(rows=rows, total=total[0][0]))

    def show_form(self, request: Request) -> Response:
        """Show the values of the record in inputs."""
        row = self._read(self.forms[0])[0]
        return HTMLResponse(FORM.render(row=[(f"f{place}", value) for place, value in enumerate(row)]))

    def save(self, request: Request) -> Response:
        """Read the record, write it, its history and its job."""
        return self._write([*self.forms[:1], *self.saves])

    def create(self, request: Request) -> Response:
        """Write a record, its history and its job."""
        return self._write(self.creates)

    def _read(self, statement: Statement) -> list[Any]:
        cursor = self._connection().cursor()
        cursor.execute(statement.sql, statement.parameters)
        return list(cursor.fetchall())

    def _write(self, statements: Sequence[Statement]) -> Response:
        connection = self._connection()
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.database.is_sqlite else "BEGIN")
        try:
            for each in statements:
                cursor.execute(each.sql, each.parameters)
                if cursor.description:
                    cursor.fetchall()
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
        return RedirectResponse("/", 303)

    def _connection(self) -> Any:
        """Return this thread's own connection, prepared as ours are."""
        if not hasattr(self._own, "kept"):
            self._own.kept = self.database.engine.raw_connection()
            self._own.kept.detach()
            if not self.database.is_sqlite:
                self._own.kept.dbapi_connection.autocommit = True
        return self._own.kept.dbapi_connection
