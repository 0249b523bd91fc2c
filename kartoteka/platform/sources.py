"""Where a query's columns come from: an entity's tables and, over links, those of others.

Every field that is asked for passes here, with the actor: what the actor may not see does not exist, and a link leads
only to records that the actor may read.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, ScalarSelect, and_, case, null, or_, select, true
from sqlalchemy.sql.selectable import NamedFromClause

from kartoteka.metadata.definitions import Field
from kartoteka.metadata.expressions import FUNCTIONS, Context, Node, compile_condition, compile_sql, parse, walk_all
from kartoteka.metadata.expressions.tree import Call
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.needs import SORT
from kartoteka.metadata.paths import SYSTEM_KINDS, SYSTEM_LINKS
from kartoteka.metadata.problems import BadRequest, Problem
from kartoteka.metadata.titles import title_expression
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.storage import EntityTables
from kartoteka.platform.units import Unit

MOST_JOINS = 40
"""Tables that one query may join; SQLite stops at 64."""


@dataclass
class Joins:
    """What one query joins so far, and what its parts share: how many aliases of each table are taken.

    `asked` are the functions in its expressions that ask for the moment or the actor: ME, TODAY, NOW.
    """

    parts: list[tuple[NamedFromClause[Any], ColumnElement[bool]]] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)

    def alias(self, tables: EntityTables, ordinal: int = 0) -> NamedFromClause[Any]:
        """Return an alias of a table that this query has not yet."""
        name = tables.tables[ordinal].name
        self.taken[name] += 1
        return tables.alias(ordinal, self.taken[name])

    def inside(self) -> Joins:
        """Return the joins of a subquery: nothing yet, but no alias twice, or SQL would take it for the outer one."""
        return Joins(taken=self.taken, asked=self.asked)


class Source:
    """The tables of one entity in a query, joined as far as they are needed."""

    def __init__(
        self,
        unit: Unit,
        actor: Actor,
        entity: str,
        joins: Joins,
        *,
        trusted: bool = False,
        over_all: bool = False,
    ) -> None:
        self.over_all = over_all
        self.unit, self.actor, self.entity, self.trusted = unit, actor, entity, trusted or actor.is_system
        self.rights = unit.model.access.rights(SYSTEM if trusted else actor, entity)
        self._joins = joins
        self._tables = unit.model.storage.of(entity)
        self._aliases: dict[int, NamedFromClause[Any]] = {}
        self._links: dict[tuple[str, bool, bool], Source] = {}
        self.main = joins.alias(self._tables)

    def field(self, name: str) -> Field:
        """Return a field that the actor may see, by its key or an earlier one. Raises BadRequest."""
        field = self.unit.model.catalog.field_named(self.entity, name)
        if field is None or not self.rights.sees(field.key):
            raise unknown_field(self.entity, name)
        return field

    def links_to(self, name: str) -> str:
        """Return the entity that a link leads to. Raises BadRequest."""
        target = SYSTEM_LINKS.get(name) or self.field(name).type.links_to
        if target is None or target not in self.unit.model.catalog.entities:
            raise unknown_field(self.entity, name)
        return target

    def column(self, field: Field, role: str = "") -> ColumnElement[Any] | None:
        """Return the column that holds a field in that role; None where there is none."""
        column: Column[Any] | None = self._tables.columns.get((field.key, role))
        if column is None:
            return None
        ordinal = self._tables.tables.index(column.table)
        found: ColumnElement[Any] = self._alias(ordinal).c[column.name] if ordinal else self.main.c[column.name]
        return found

    def _alias(self, ordinal: int) -> NamedFromClause[Any]:
        if ordinal not in self._aliases:
            alias = self._joins.alias(self._tables, ordinal)
            self._join(alias, alias.c.id == self.main.c.id)
            self._aliases[ordinal] = alias
        return self._aliases[ordinal]

    def _join(self, alias: NamedFromClause[Any], condition: ColumnElement[bool]) -> None:
        if len(self._joins.parts) >= MOST_JOINS:
            raise BadRequest(Problem("query.too_many_links", {"max": MOST_JOINS}))
        self._joins.parts.append((alias, condition))

    def follow(self, name: str) -> Source:
        """Return the source on the other side of a link: live records that the actor may read, or nothing."""
        if (name, self.trusted, self.over_all) not in self._links:
            link = self.element((name,))
            target = self.links_to(name)
            other = Source(self.unit, self.actor, target, self._joins, trusted=self.trusted, over_all=self.over_all)
            live = and_(other.main.c.id == link, other.main.c.deleted_at.is_(None))
            self._join(other.main, live if self.trusted else and_(live, other._readable()))
            self._links[name, self.trusted, self.over_all] = other
        return self._links[name, self.trusted, self.over_all]

    def _readable(self) -> ColumnElement[bool]:
        """Return the condition of a join: on this table alone, or by a subquery where it needs others itself."""
        joins = self._joins.inside()
        probe = Source(self.unit, self.actor, self.entity, joins)
        condition = probe.allowed("read")
        if not joins.parts:
            return self.allowed("read")
        readable: ColumnElement[bool] = self.main.c.id.in_(
            select(probe.main.c.id).select_from(probe.joined()).where(condition)
        )
        return readable

    def joined(self) -> FromClause:
        """Return the main table with everything joined so far."""
        joined: FromClause = self.main
        for alias, condition in self._joins.parts:
            joined = joined.outerjoin(alias, condition)
        return joined

    def element(self, path: tuple[str, ...]) -> ColumnElement[Any]:
        """Return what stands at a path, for expressions. Raises BadRequest for what the actor can't see."""
        *links, last = path
        source = self
        for name in links:
            source = source.follow(name)
        return source._own_element(last)

    def _own_element(self, name: str) -> ColumnElement[Any]:
        if self.unit.model.catalog.field_named(self.entity, name) is None and name in SYSTEM_KINDS:
            return self._own(name)
        field = self.field(name)
        column = self.column(field)
        return self._formula(field.type) if column is None else column

    def _own(self, name: str) -> ColumnElement[Any]:
        column: ColumnElement[Any] = self.main.c[name]
        return column

    def _formula(self, field_type: FieldType) -> ColumnElement[Any]:
        """A formula is the system's own: it may use fields that its reader doesn't see.

        Over related records it sees what its reader sees, and gives nothing where that is not even the field.
        """
        expression: str | None = getattr(field_type, "expression", None)
        try:
            return self.as_system(for_reader=True).value(parse(expression)) if expression else null()
        except BadRequest:
            return null()

    def folded(self, path: tuple[str, ...]) -> ColumnElement[Any] | None:
        """Return the column of sort keys at a path, where there is one."""
        *links, last = path
        source = self
        for name in links:
            source = source.follow(name)
        known = source.unit.model.catalog.field_named(source.entity, last)
        return source.column(source.field(last), SORT) if known else None

    def value(self, node: Node) -> ColumnElement[Any]:
        """Return an expression's value."""
        return compile_sql(node, self.element, self._context(node), self.folded, self.relate)

    def condition(self, node: Node) -> ColumnElement[bool]:
        """Return an expression as a condition."""
        return compile_condition(node, self.element, self._context(node), self.folded, self.relate)

    def _context(self, node: Node) -> Context:
        calls = (each.function for each in walk_all(node) if isinstance(each, Call))
        self._joins.asked.update(name for name in calls if FUNCTIONS[name].needs_context)
        return self.actor.context(self.unit.now)

    def as_system(self, *, for_reader: bool = False) -> Source:
        """Return the same tables without the actor's limits, for rules' own expressions; ME() remains the actor.

        What is made `for_reader` keeps to the actor's limits where it goes over related records.
        """
        if self.trusted:
            return self
        twin = copy(self)
        twin.trusted, twin.rights = True, self.unit.model.access.rights(SYSTEM, self.entity)
        twin.over_all = not for_reader
        return twin

    def relate(self, entity: str, link: str) -> RelatedRecords:
        """Return the records of `entity` whose link leads to this one. Raises BadRequest where none does."""
        if entity not in self.unit.model.catalog.entities:
            raise unknown_field(entity, link)
        joins = self._joins.inside()
        trusted = self.trusted and self.over_all
        source = Source(self.unit, self.actor, entity, joins, trusted=trusted, over_all=trusted)
        if source.links_to(link) != self.entity:
            raise unknown_field(entity, link)
        return RelatedRecords(source, link, self.main)

    def allowed(self, verb: Any) -> ColumnElement[bool]:
        """Return the condition under which the actor may do `verb` with a record."""
        if not self.rights.may(verb):
            return self._own("id").is_(None)
        conditions = self.rights.conditions[verb]
        if not conditions:
            return true()
        trusted = self.as_system()
        return or_(*(trusted.condition(node) for node in conditions))

    def title(self) -> ColumnElement[Any]:
        """Return the record's title; its number where the actor may not see what the title is made of."""
        entity = self.unit.model.catalog.entities[self.entity]
        node = parse(title_expression(entity))
        try:
            return self.value(node)
        except BadRequest:
            return self.value(parse('CONCAT("#", id)'))

    def linked_title(self, name: str) -> ColumnElement[Any]:
        """Return the title of the record that a link leads to; NULL where the actor may read none there."""
        other = self.follow(name)
        return case((other.main.c.id.is_not(None), other.title()))

    def order_key(self) -> ColumnElement[Any] | None:
        """Return the sort key of the record's title, where the title is a text that has one."""
        entity = self.unit.model.catalog.entities[self.entity]
        field = self.unit.model.catalog.field(self.entity, title_expression(entity))
        return self.column(field, SORT) if field and self.rights.sees(field.key) else None


@dataclass(frozen=True, slots=True)
class RelatedRecords:
    """Live records that link to one of another source, as far as they may be read there."""

    source: Source
    link: str
    target: NamedFromClause[Any]

    def element(self, path: tuple[str, ...]) -> ColumnElement[Any]:
        """Return the column of a field."""
        return self.source.element(path)

    def folded(self, path: tuple[str, ...]) -> ColumnElement[Any] | None:
        """Return the column that holds a field's folded text, or None."""
        return self.source.folded(path)

    def relate(self, entity: str, link: str) -> RelatedRecords:
        """Return the records that link to one of these."""
        return self.source.relate(entity, link)

    def select(self, column: ColumnElement[Any], condition: ColumnElement[Any]) -> ScalarSelect[Any]:
        """Return an aggregate over those for which a condition holds."""
        source = self.source
        wanted = [source.element((self.link,)) == self.target.c.id, source.main.c.deleted_at.is_(None), condition]
        if not source.trusted:
            wanted.append(source.allowed("read"))
        chosen = select(column).select_from(source.joined()).where(*wanted)
        return chosen.correlate(self.target).scalar_subquery()


def unknown_field(entity: str, name: str) -> BadRequest:
    """Return the refusal of a field that does not exist for the actor: hidden and unknown look alike."""
    return BadRequest(Problem("query.unknown_field", {"name": name, "entity": entity}))
