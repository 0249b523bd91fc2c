"""Formulas that lead back to themselves, over other formulas and links: nobody could compute them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kartoteka.metadata.catalog import Catalog, walk_fields
from kartoteka.metadata.definitions import Field, Identity
from kartoteka.metadata.expressions import ExpressionError, parse
from kartoteka.metadata.paths import Resolved, fields_read
from kartoteka.metadata.problems import Problem

Place = tuple[str, str]
"""An entity's key and a field's."""


def formula_cycles(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem for each formula that needs its own value."""
    uses = {place: frozenset(_places(found)) for place, found in fields_of_formulas(catalog).items()}
    for entity, field in walk_fields(catalog):
        cycle = _way_back((entity.key, field.key), uses)
        if cycle:
            place = f"/fields/{entity.fields.index(field)}/expression"
            told = " > ".join(".".join(each) for each in cycle)
            file = Identity("entity", "", entity.key).path
            yield Problem("formula.cycle", {"name": field.key, "way": told}, field.key, file, place)


def _formula(field: Field) -> str | None:
    return getattr(field.type, "expression", None)


def fields_of_formulas(catalog: Catalog) -> dict[Place, tuple[Resolved, ...]]:
    """Return what each formula field reads, of related records too; nothing for a broken one."""
    return {
        (entity.key, field.key): _fields(catalog, entity.key, formula)
        for entity, field in walk_fields(catalog)
        if (formula := _formula(field))
    }


def _fields(catalog: Catalog, entity: str, formula: str) -> tuple[Resolved, ...]:
    try:
        return tuple(fields_read(catalog, entity, parse(formula)))
    except ExpressionError:
        return ()


def _places(fields: Iterable[Resolved]) -> Iterator[Place]:
    return ((each.entity, each.key) for each in fields)


def _way_back(start: Place, uses: Mapping[Place, frozenset[Place]]) -> tuple[Place, ...]:
    """Return the way from `start` to itself, both ends included; empty where there is none."""
    ways: list[tuple[Place, ...]] = [(start,)]
    seen: set[Place] = set()
    while ways:
        way = ways.pop()
        for place in sorted(uses.get(way[-1], ())):
            if place == start:
                return (*way, start)
            if place not in seen:
                seen.add(place)
                ways.append((*way, place))
    return ()
