"""The one reader: every read, from whichever outlet, is a Query compiled here with the actor's rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, literal, or_, select, type_coerce

from kartoteka.metadata.columns import CalculatedNumber
from kartoteka.metadata.definitions import Sort
from kartoteka.metadata.expressions import ExpressionError, Node, check, parse
from kartoteka.metadata.expressions.kinds import BOOLEAN, Kind, fits
from kartoteka.metadata.expressions.sql_values import Computed
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.links import LARGEST_ID
from kartoteka.metadata.needs import SORT
from kartoteka.metadata.paths import EntityScope, Resolved, resolve
from kartoteka.metadata.problems import BadRequest, NotFound, Problem
from kartoteka.platform.access import Verb
from kartoteka.platform.actors import Actor
from kartoteka.platform.cursors import read_cursor, write_cursor
from kartoteka.platform.sources import Joins, Source, unknown_field
from kartoteka.platform.units import Unit

MOST_JOINED_TITLES = 16
"""Titles of linked records that one statement joins; the rest are looked up after it."""
COUNT_CAP = 10_000
"""Counts stop here: "10,000+"."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to read. `where` are conditions that must all hold; `columns` and `sort` are paths from `entity`."""

    entity: str
    columns: tuple[str, ...] = ()
    where: tuple[str | Node, ...] = ()
    sort: tuple[Sort, ...] = ()
    limit: int | None = 50
    after: str | None = None
    before: str | None = None
    ids: tuple[int, ...] | None = None
    trash: bool = False
    titles: bool = True
    """Also read the titles of linked records, and of the record itself."""
    verb: Verb = "read"
    about: tuple[tuple[str, ...], int] | None = None
    """Only records that link, by one of these fields, to the record of that id; compiled once for all ids."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as read: its values by path, the titles of what its links lead to, and its own title."""

    id: int
    version: int
    values: Mapping[str, Any]
    titles: Mapping[str, str | None] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and the cursors of the pages before and after; None where there is none."""

    rows: tuple[Row, ...]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class CompiledColumn:
    """How a path is read: where its SQL columns stand in a row, and the type that restores the value."""

    path: str
    type: FieldType | None
    start: int
    width: int
    title: int | None
    """Where the title of what a link leads to stands in the row; None where it is no link, or looked up later."""
    later: str | None = None
    """The entity whose titles are looked up after the rows: a database joins only so many tables."""


class Compiled:
    """A query made into SQL for one actor and one unit."""

    def __init__(self, unit: Unit, actor: Actor, query: Query) -> None:
        self.unit, self.actor, self.query = unit, actor, query
        if not unit.model.access.rights(actor, query.entity).may(query.verb):
            raise NotFound("query.unknown_entity", name=query.entity)
        self._joins = Joins()
        self.source = Source(unit, actor, query.entity, self._joins)
        self.selected: list[ColumnElement[Any]] = [self.source.main.c.id, self.source.main.c.version]
        self.columns: list[CompiledColumn] = []
        for path in query.columns:
            self.columns.append(self._column(path))
        self.title = self._select(self.source.title()) if query.titles else None
        self.order = [self._order(sort) for sort in query.sort]
        self.condition = self._condition()
        self._statements: dict[str, Select[Any]] = {}

    @property
    def asked(self) -> set[str]:
        """The functions that were answered while compiling: ME, TODAY, NOW."""
        return self._joins.asked

    def again(self, unit: Unit, actor: Actor, query: Query) -> Compiled:
        """Return the same for another transaction, with other ids and another page. See `_compiled`."""
        twin = object.__new__(Compiled)
        twin.__dict__ = {**self.__dict__, "unit": unit, "actor": actor, "query": query}
        return twin

    @property
    def parameters(self) -> dict[str, Any]:
        """What a statement is executed with: the ids that are asked for."""
        found: dict[str, Any] = {} if self.query.about is None else {"about": self.query.about[1]}
        if self.query.ids is not None:
            found["ids"] = [each for each in self.query.ids if 0 < each <= LARGEST_ID]
        return found

    def _select(self, element: ColumnElement[Any]) -> int:
        self.selected.append(element.label(f"c{len(self.selected)}"))
        return len(self.selected) - 1

    def _column(self, path: str) -> CompiledColumn:
        found = self.resolve(path)
        source = self.source_of(found)
        start = len(self.selected)
        if found.field is None or not found.field.type.columns():
            self._select(source.element((found.key,)))
        else:
            for spec in found.field.type.columns():
                column = source.column(source.field(found.key), spec.role)
                assert column is not None
                self._select(column)
        width = len(self.selected) - start
        linked = found.links_to in self.unit.model.catalog.entities and self.query.titles
        field_type = found.field.type if found.field else None
        if linked and sum(column.title is not None for column in self.columns) >= MOST_JOINED_TITLES:
            return CompiledColumn(path, field_type, start, width, None, found.links_to)
        title = self._select(source.linked_title(found.key)) if linked else None
        return CompiledColumn(path, field_type, start, width, title)

    def resolve(self, path: str) -> Resolved:
        """Return where a path leads. Raises BadRequest for what is not there, or not for this actor."""
        found = resolve(self.unit.model.catalog, self.query.entity, path.split("."))
        if found is None:
            raise unknown_field(self.query.entity, path)
        if found.field is not None:
            try:
                self.source_of(found).field(found.key)
            except BadRequest as error:
                if error.problem.code != "query.unknown_field":
                    raise
                # By the name that was asked for: what is hidden may be called otherwise by now.
                raise unknown_field(self.query.entity, path) from None
        return found

    def source_of(self, found: Resolved) -> Source:
        """Return the tables at the end of a resolved path, joined."""
        source = self.source
        for step in found.steps:
            source = source.follow(step.key)
        return source

    def _order(self, sort: Sort) -> tuple[ColumnElement[Any], bool]:
        found = self.resolve(sort.field)
        source = self.source_of(found)
        if found.field is not None and not found.field.type.sortable:
            raise BadRequest(Problem("query.not_sortable", {"name": sort.field}))
        key = source.column(found.field, SORT) if found.field else None
        if key is None and found.links_to in self.unit.model.catalog.entities:
            key = source.follow(found.key).order_key()
            key = source.linked_title(found.key) if key is None else key
        return _comparable(source.element((found.key,)) if key is None else key), sort.descending

    def _condition(self) -> ColumnElement[bool]:
        main = self.source.main
        live = main.c.deleted_at.is_not(None) if self.query.trash else main.c.deleted_at.is_(None)
        parts = [live, self.source.allowed(self.query.verb)]
        if self.query.verb in ("edit", "delete"):
            parts.append(self.source.allowed("read"))
        if self.query.ids is not None:
            parts.append(main.c.id.in_(bindparam("ids", self.parameters["ids"], main.c.id.type, expanding=True)))
        if self.query.about is not None:
            names, record_id = self.query.about
            wanted = bindparam("about", record_id, main.c.id.type)
            parts.append(or_(*(self.source.element((name,)) == wanted for name in names)))
        parts += [self.source.condition(self.checked(each)) for each in self.query.where]
        return and_(*parts)

    def checked(self, expression: str | Node) -> Node:
        """Return the condition's tree. Raises BadRequest where it makes no sense to this actor."""
        node, kind = self.understood(expression)
        if not fits(kind, BOOLEAN):
            raise BadRequest(Problem("query.no_condition", {"kind": str(kind)}))
        return node

    def understood(self, expression: str | Node) -> tuple[Node, Kind]:
        """Return an expression's tree and kind. Raises BadRequest where it makes no sense to this actor."""
        try:
            node = parse(expression) if isinstance(expression, str) else expression
            return node, check(node, _ActorScope(self))
        except ExpressionError as error:
            told = error.told(expression) if isinstance(expression, str) else error.params
            raise BadRequest(Problem(error.code, told)) from error

    def select(self) -> Select[Any]:
        """Return the whole statement, without paging."""
        return select(*self.selected).select_from(self.source.joined()).where(self.condition)

    def first_page(self) -> Select[Any]:
        """Return the statement of the first rows."""
        if "page" not in self._statements:
            self._statements["page"] = self.paged(self.select(), backwards=False)
        return self._statements["page"]

    def paged(self, statement: Select[Any], *, backwards: bool) -> Select[Any]:
        """Return a statement in order, one row longer than the page, with what rows are ordered by at the end."""
        shown = (element.label(f"o{n}") for n, (element, _) in enumerate(self.order))
        statement = statement.order_by(*self.ordering(backwards=backwards)).add_columns(*shown)
        return statement if self.query.limit is None else statement.limit(self.query.limit + 1)

    def counting(self) -> Select[Any]:
        """Return the statement that counts the rows, up to one more than the limit."""
        if "count" not in self._statements:
            inner = select(literal(1).label("one")).select_from(self.source.joined()).where(self.condition)
            capped = inner if self.query.limit is None else inner.limit(self.query.limit + 1)
            self._statements["count"] = select(func.count()).select_from(capped.subquery())
        return self._statements["count"]

    def whole_order(self) -> list[tuple[ColumnElement[Any], bool]]:
        """Return what rows are ordered by, down to the last doubt, and whether descending."""
        id_descending = bool(self.order) and self.order[-1][1]
        return [*self.order, (self.source.main.c.id, id_descending)]

    def ordering(self, *, backwards: bool = False) -> Iterator[ColumnElement[Any]]:
        """Yield what a statement is ordered by; empty counts as the smallest value."""
        for element, descending in self.whole_order():
            down = descending != backwards
            yield element.desc().nulls_last() if down else element.asc().nulls_first()

    def later_titles(self, found: Sequence[Sequence[Any]]) -> dict[tuple[str, int], str]:
        """Return the titles that the statement did not join, by entity and id: those that the actor may see."""
        wanted: dict[str, set[int]] = {}
        for column in self.columns:
            if column.later is not None:
                ids = {row[column.start] for row in found if row[column.start] is not None}
                wanted.setdefault(column.later, set()).update(ids)
        titles: dict[tuple[str, int], str] = {}
        for target, ids in wanted.items():
            if ids and self.unit.model.access.rights(self.actor, target).may("read"):
                rows = fetch(self.unit, self.actor, Query(target, ids=tuple(ids), limit=None)).rows
                titles |= {(target, row.id): row.title for row in rows}
        return titles

    def cursor(self, found: Sequence[Any]) -> str:
        """Return the cursor at a row that a paged statement gave."""
        return write_cursor(found[len(self.selected) :], found[0])

    def row(self, found: Sequence[Any], later: Mapping[tuple[str, int], str] = MappingProxyType({})) -> Row:
        """Make a row out of what the statement gave; `later` has the titles that it did not join."""
        values: dict[str, Any] = {}
        titles: dict[str, str | None] = {}
        for column in self.columns:
            stored = tuple(found[column.start : column.start + column.width])
            plain = column.type is None or stored[0] is None
            values[column.path] = stored[0] if plain else column.type.restore(stored)  # type: ignore[union-attr]
            if column.title is not None:
                titles[column.path] = found[column.title]
            elif column.later is not None:
                titles[column.path] = later.get((column.later, stored[0]))
        title = found[self.title] if self.title is not None else None
        return Row(found[0], found[1], values, titles, str(title) if title is not None else f"#{found[0]}")


@dataclass(frozen=True, slots=True)
class _ActorScope:
    """What this actor's expressions may name: hidden fields don't exist."""

    compiled: Compiled

    def kind_of(self, path: tuple[str, ...]) -> Any:
        try:
            return self.compiled.resolve(".".join(path)).kind
        except BadRequest:
            return None

    def choices(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        return self._all().choices(path)

    def suggestions(self, path: tuple[str, ...]) -> Iterator[str]:
        return (name for name in self._all().suggestions(path) if self.kind_of(tuple(name.split("."))))

    def related(self, entity: str, link: str) -> _ActorScope | None:
        compiled = self.compiled
        if self._all().related(entity, link) is None:
            return None
        try:
            scope = _ActorScope(Compiled(compiled.unit, compiled.actor, Query(entity, titles=False)))
        except NotFound:
            return None
        return scope if scope.kind_of((link,)) else None

    def relations(self) -> Iterator[str]:
        return (name for name in self._all().relations() if self.related(*name.split(".")))

    def _all(self) -> EntityScope:
        return EntityScope(self.compiled.unit.model.catalog, self.compiled.query.entity)


def fetch(unit: Unit, actor: Actor, query: Query) -> Page:
    """Return a page of records. Raises BadRequest for unknown names, NotFound for an entity not to be read."""
    compiled = _compiled(unit, actor, query)
    backwards = query.before is not None
    cursor = query.before or query.after
    statement = _beyond_cursor(compiled, cursor, backwards=backwards) if cursor else compiled.first_page()
    found = unit.connection.execute(statement, compiled.parameters).all()
    return _page(compiled, [tuple(row) for row in found], query, backwards, bool(cursor))


def ids_of(unit: Unit, actor: Actor, query: Query) -> list[int]:
    """Return the ids of the records of a query's first page. Raises as `fetch`."""
    compiled = _compiled(unit, actor, replace(query, columns=(), titles=False))
    return list(unit.connection.execute(compiled.first_page(), compiled.parameters).scalars())[: query.limit]


def _compiled(unit: Unit, actor: Actor, query: Query) -> Compiled:
    """Return a query compiled, as it was for somebody of the same standing who asked the same before.

    A statement is bound to the answers of ME() and TODAY() where it asks for them; one that asks NOW() is not kept.
    """
    context, kept = actor.context(unit.now), unit.model.queries
    ids = None if query.ids is None else ()
    about = query.about and (query.about[0], 0)
    shape = (replace(query, ids=ids, after=None, before=None, about=about), actor.standing, context.clock)
    answers = {"ME": context.me, "TODAY": context.today}
    asked = kept.get(shape)
    if asked is not None:
        known = kept.get((shape, *(answers.get(name) for name in asked)))
        if known is not None:
            again: Compiled = known.again(unit, actor, query)
            return again
    compiled = Compiled(unit, actor, query)
    if compiled.asked <= answers.keys():
        asked = tuple(sorted(compiled.asked))
        kept.put(shape, asked)
        kept.put((shape, *(answers[name] for name in asked)), compiled)
    return compiled


def _beyond_cursor(compiled: Compiled, cursor: str, *, backwards: bool) -> Select[Any]:
    values, record_id = read_cursor(cursor, [element.type for element, _ in compiled.order])
    beyond = _beyond(compiled.whole_order(), [*values, record_id], backwards)
    return compiled.paged(compiled.select().where(beyond), backwards=backwards)


def _page(compiled: Compiled, found: list[tuple[Any, ...]], query: Query, backwards: bool, moved: bool) -> Page:
    more = query.limit is not None and len(found) > query.limit
    found = found[: query.limit] if query.limit is not None else found
    if backwards:
        found.reverse()
    titles = compiled.later_titles(found)
    rows = tuple(compiled.row(row, titles) for row in found)
    if not rows:
        return Page(rows)
    earlier, later = (more, moved) if backwards else (moved, more)
    first, last = compiled.cursor(found[0]) if earlier else None, compiled.cursor(found[-1]) if later else None
    return Page(rows, first, last)


def _beyond(order: list[tuple[ColumnElement[Any], bool]], values: list[Any], backwards: bool) -> ColumnElement[bool]:
    """Return the condition of rows that come after a row with these values; empty counts as the smallest value."""
    (element, descending), value = order[0], values[0]
    down = descending != backwards
    beyond: ColumnElement[bool]
    if value is None:
        beyond = false() if down else element.is_not(None)
        same: ColumnElement[bool] = element.is_(None)
    else:
        bound = literal(value, element.type)
        beyond = or_(element < bound, element.is_(None)) if down else element > bound
        same = element == bound
    if len(order) == 1:
        return beyond
    return or_(beyond, and_(same, _beyond(order[1:], values[1:], backwards)))


def _comparable(element: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what a page ends at exactly: a number that SQLite computes comes back with every digit it has."""
    computed = isinstance(element.type, Computed)
    return type_coerce(element, CalculatedNumber()) if computed else element


def get(unit: Unit, actor: Actor, query: Query, record_id: int) -> Row:
    """Return one record. Raises NotFound where it does not exist for the actor."""
    page = fetch(unit, actor, replace(query, ids=(record_id,), limit=1, sort=(), after=None, before=None))
    if not page.rows:
        raise NotFound("record.not_found", entity=query.entity, id=record_id)
    return page.rows[0]


def tried(unit: Unit, actor: Actor, query: Query, expression: str) -> list[tuple[str, Any]]:
    """Return the titles of a query's first records, and what an expression of the actor's own gives for each.

    Raises BadRequest for an expression that makes no sense to the actor, NotFound for an entity not to be read.
    """
    compiled = Compiled(unit, actor, query)
    node, _ = compiled.understood(expression)
    value = compiled.source.value(node).label("tried")
    statement = compiled.first_page().add_columns(value)
    found = unit.connection.execute(statement, compiled.parameters).all()
    return [(compiled.row(row).title, row[-1]) for row in found[: query.limit]]


def count(unit: Unit, actor: Actor, query: Query, cap: int | None = COUNT_CAP) -> int:
    """Return how many records there are; cap + 1 means more than `cap`."""
    compiled = _compiled(unit, actor, replace(query, columns=(), sort=(), titles=False, limit=cap))
    return int(unit.connection.execute(compiled.counting(), compiled.parameters).scalar_one())
