"""Loose ends of an upgrade: what the client's definitions need and the package took out, or the other way round.

Each problem of the merged catalog is looked at where it is. What stood there before is the client's: to keep it, the
field or definition that it needs stays as the client's own; to take the package's word, it is taken out. What came
with the package is taken out to keep what the client has, or brings back what the client had taken out. Where neither
helps the problem stays one: it is the package's own, or a person has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import Definition, Identity
from kartoteka.metadata.expressions import ExpressionError, parse
from kartoteka.metadata.layers import item_name
from kartoteka.metadata.merging import Choice, Clash, Path, type_of
from kartoteka.metadata.paths import Resolved, fields_read, resolve
from kartoteka.metadata.places import Place, found_at, part_to_drop, place_at, placed, without
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.provenance import sources
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import Tree, read_definition

MOST_PASSES = 30
"""What comes back may need something else that went: so often the catalog is looked at anew."""
Trees = dict[Identity, Tree]
Thing = tuple[Identity, Path]
"""A field, a measure, an owner, or with an empty path a whole definition, that something else needs."""
Ask = Callable[[Identity, Clash], Choice | None]


class LooseEnds:
    """Ties the loose ends of `merged`, which has the packages as they are to be; `mine` is what the client has now."""

    def __init__(self, merged: Stack, package: str, mine: Mapping[Identity, Tree], ask: Ask) -> None:
        self._merged, self._package, self._ask = merged, package, ask
        self._mine, self._theirs = dict(mine), merged.trees(local=False)
        self._catalogs = {id(trees): _catalog(trees) for trees in (self._mine, self._theirs)}
        self._trees = self._shown = merged.trees()
        """As they are by now, and as they were when the problems were found."""

    def tied(self) -> dict[Identity, Tree | None]:
        """Return the definitions that become other ones, None for gone; every problem is looked at, not only one."""
        before = dict(self._trees)
        for _ in range(MOST_PASSES):
            now = self._shown = dict(self._trees)
            for identity, problem in self._problems():
                self._look_at(problem, place_at(identity, now[identity], problem.pointer or ""))
            if self._trees == now:
                break
        changed = [each for each in before.keys() | self._trees.keys() if before.get(each) != self._trees.get(each)]
        return {each: self._trees.get(each) for each in changed}

    def _problems(self) -> list[tuple[Identity, Problem]]:
        try:
            checked_catalog(self._trees)
        except Refused as refused:
            known = {identity.path: identity for identity in self._trees}
            return [(known[each.file], each) for each in refused.problems if each.file in known]
        return []

    def _look_at(self, problem: Problem, place: Place) -> None:
        if place.identity not in self._trees:
            return
        if problem.code == "form.duplicate":
            self._part_twins(place.identity, str(problem.params["name"]))
        elif _is_at(self._mine.get(place.identity), place):
            if not self._is_packages_own(place):
                self._settle(place, self._needed(problem, place, self._mine), "take", "keep", self._mine)
        elif things := self._needed(problem, place, self._theirs):
            self._settle(place, things, "keep", "take", self._theirs)

    def _settle(self, place: Place, things: list[Thing], drops: Choice, restores: Choice, source: Trees) -> None:
        """Take the part out that needs the things, or bring those back as they are in `source`, as is decided."""
        part = part_to_drop(place)
        choices = (*((restores,) if things else ()), *((drops,) if part is not None else ()))
        mine, theirs = (place.value, None) if source is self._mine else (None, place.value)
        needs = tuple(_name_of(each) for each in things)
        kind = "needs" if source is self._mine else "needed"
        clash = Clash(part or place.path, kind, None, theirs, mine, choices, needs)
        choice = self._ask(place.identity, clash) if choices else None
        if choice == drops and part is not None:
            self._drop(place.identity, part)
        elif choice == restores:
            for thing in things:
                self._restore(thing, source)

    def _part_twins(self, identity: Identity, field: str) -> None:
        """Decide where a form shows a field that both sides have put on it, in different places."""
        paths = list(placed(self._trees[identity], field))
        mine = [path for path in paths if found_at(self._mine.get(identity), path)]
        theirs = [path for path in paths if path not in mine]
        if mine and theirs:
            clash = Clash(theirs[0], "places", None, theirs[0][:-1], mine[0][:-1])
            choice = self._ask(identity, clash)
            for path in {"keep": theirs, "take": mine}.get(choice or "", []):
                self._drop(identity, path)

    def _drop(self, identity: Identity, part: Path) -> None:
        if part:
            self._trees[identity] = without(self._trees[identity], part)
        else:
            del self._trees[identity]

    def _restore(self, thing: Thing, source: Trees) -> None:
        identity, path = thing
        if not path or identity not in self._trees:
            self._trees[identity] = source[identity]
            return
        name, *keys = path
        wanted = found_at(source[identity], path)
        tree = self._trees[identity]
        value = _with_item(tree.get(name, []), source[identity][name], keys[0], wanted) if keys else wanted
        self._trees[identity] = {**tree, name: value}

    def _needed(self, problem: Problem, place: Place, source: Trees) -> list[Thing]:
        """Return what the place needs and `source` has otherwise than the merged definitions."""
        found = dict.fromkeys(_things(problem, place, self._catalogs[id(source)]))
        return [each for each in found if _state(source, each) not in (None, _state(self._shown, each))]

    def _is_packages_own(self, place: Place) -> bool:
        """Tell whether the package alone says what stands there: then it does not fit together by itself."""
        for length in range(len(place.path), -1, -1):
            found = sources(self._merged, place.identity, place.path[:length])
            if found:
                return {each.layer for each in found} == {self._package}
        return False


def _catalog(trees: Trees) -> Catalog:
    """Return the catalog of definitions as far as they can be read."""
    found: dict[Identity, Definition] = {}
    for identity, tree in trees.items():
        try:
            found[identity] = read_definition(identity, tree)
        except (msgspec.ValidationError, KeyError, TypeError):
            continue
    return Catalog(found)


def _is_at(tree: Tree | None, place: Place) -> bool:
    """Tell whether a definition has the same in the same place."""
    if tree is None:
        return False
    found = found_at(tree, place.path)
    return found is not None if isinstance(place.value, dict | list) else bool(found == place.value)


def _things(problem: Problem, place: Place, catalog: Catalog) -> Iterator[Thing]:
    """Yield what the place names, card types before their fields; much of it is nobody's problem."""
    entity = str(problem.params.get("entity", place.entity)) if problem.code == "role.nobody_owns" else place.entity
    yield _entity(entity), ()
    if problem.code == "role.nobody_owns":
        yield _entity(entity), ("owner",)
        owner = catalog.entities[entity].owner if entity in catalog.entities else None
        yield from _fields(catalog, entity, [(owner,)] if owner else [])
    if place.identity.kind == "entity" and place.path[:1] == ("fields",) and len(place.path) > 1:
        yield place.identity, place.path[:2]
    if problem.code == "unknown.measure":
        yield place.identity, ("measures", str(place.value))
    for name in (place.value, problem.params.get("name")):
        if isinstance(name, str):
            yield _entity(name), ()
            yield Identity("report", "", name), ()
    if place.is_expression:
        yield from _in_expression(catalog, entity, str(place.value))
    yield from _fields(catalog, entity, _paths(problem, place))


def _in_expression(catalog: Catalog, entity: str, text: str) -> Iterator[Thing]:
    try:
        node = parse(text)
    except ExpressionError:
        return
    for found in fields_read(catalog, entity, node):
        yield from _passed(found)


def _paths(problem: Problem, place: Place) -> Iterator[tuple[str, ...]]:
    for text in (place.value, problem.params.get("name")):
        if isinstance(text, str):
            yield tuple(text.split("."))


def _fields(catalog: Catalog, entity: str, paths: Iterable[tuple[str, ...]]) -> Iterator[Thing]:
    """Yield the fields that paths pass, with the card types that they lead to."""
    for path in paths:
        found = resolve(catalog, entity, path)
        yield from _passed(found) if found else ()


def _passed(found: Resolved) -> Iterator[Thing]:
    for step in found.steps:
        yield _entity(step.target), ()
        yield _entity(step.entity), ("fields", step.key)
    if found.field is not None:
        yield _entity(found.entity), ()
        yield _entity(found.entity), ("fields", found.key)


def _entity(key: str) -> Identity:
    return Identity("entity", "", key)


def _state(trees: Trees, thing: Thing) -> object:
    """Return what of a thing matters to others: that it is there, and the type of a field."""
    identity, path = thing
    if identity not in trees:
        return None
    if not path:
        return True
    found = found_at(trees[identity], path)
    return type_of(found) if isinstance(found, dict) and path[0] == "fields" else found


def _name_of(thing: Thing) -> str:
    identity, path = thing
    return ".".join((identity.key, *path[-1:])) if path else identity.path


def _with_item(items: list[Tree], known: list[Tree], name: str, wanted: Tree) -> list[Tree]:
    """Return the items with one as it is wanted: its type if it is there, else all of it behind what preceded it."""
    order = [item_name(item) for item in items]
    if name in order:
        return [_retyped(item, wanted) if item_name(item) == name else item for item in items]
    before = [item_name(item) for item in known]
    place = max((order.index(each) + 1 for each in before[: before.index(name)] if each in order), default=0)
    return [*items[:place], wanted, *items[place:]]


def _retyped(item: Tree, wanted: Tree) -> Tree:
    kept = {name: value for name, value in item.items() if name not in type_of(item)}
    return {**kept, **type_of(wanted)}
