"""Undoing: any publish can be taken back; what others published since stays.

The layers are known as they were before and after the publish. What it changed is taken out of what is in force now by
a three-way merge, property by property. Where somebody has changed the same property again since, a person decides:
leave the newer value (keep), or take that back too (take). An undo is a publish like any other: it can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import (
    AddEntity,
    AddField,
    Change,
    ChangeField,
    ChangeType,
    RestoreEntity,
    RestoreField,
    inverse_of,
)
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.metadata.stack import Layer, Stack
from kartoteka.metadata.trees import Tree
from kartoteka.platform.collisions import Collision, Decisions, Disputed, disputed, package_collision
from kartoteka.platform.configuration import Model, load_stack
from kartoteka.platform.journal import Entry, LayersChange, entry_of, layers_since, newest_to_undo, readable, rewound
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.rebasing import Rebased, rebase


@dataclass(frozen=True, slots=True)
class Undo:
    """A publish about to be taken back: the layers and changes that do it, and what collides on the way there."""

    entry: Entry
    stack: Stack
    changes: tuple[Change, ...]
    disputed: tuple[Disputed, ...]
    later: tuple[LayersChange, ...]
    """What was published since, the newest first."""

    @property
    def undecided(self) -> tuple[Disputed, ...]:
        """The collisions of which nobody has decided anything."""
        return tuple(each for each in self.disputed if not each.is_decided)

    def plan(self, connection: Connection, model: Model) -> Plan:
        """Return the plan that takes it back, so far as it is decided. Raises Refused where something builds on it."""
        return make_plan(connection, model, self.stack, self.changes)

    def builds_on(self, refused: Refused) -> tuple[Entry, ...]:
        """Return the later publishes in whose definitions the problems are: they use what would go."""
        files = {problem.file for problem in refused.problems}
        return tuple(each.entry for each in self.later if files & {identity.path for identity in each.touched})


def undo_plan(
    connection: Connection, model: Model, number: int | None = None, decisions: Decisions | None = None
) -> tuple[int, Plan]:
    """Return the journal number and the plan that takes a publish back; by default the newest not yet undone.

    Raises NotFound for an unknown number; Conflict where it is undone already, or where others changed the same
    properties since and nothing is decided about them; Refused where others use what would go.
    """
    found = prepare_undo(connection, model, number, decisions or {})
    if found.undecided:
        details = [each.describe() for each in found.undecided]
        raise Conflict("undo.collides", details, number=found.entry.number, count=len(details))
    return found.entry.number, found.plan(connection, model)


def prepare_undo(connection: Connection, model: Model, number: int | None, decisions: Decisions) -> Undo:
    """Return what it takes to undo a publish. Raises NotFound, and Conflict where it is undone already."""
    entry = newest_to_undo(connection) if number is None else entry_of(connection, number)
    if entry.undone_by is not None:
        raise Conflict("undo.done", number=entry.number, by=entry.undone_by)
    *later, own = layers_since(connection, entry.number)
    now = load_stack(connection)
    after = rewound(now, later)
    before = rewound(after, [own])
    return _Undoing(model.catalog, entry, tuple(later), now, after, before, decisions).undo()


@dataclass(frozen=True, slots=True)
class _Undoing:
    """Works out an undo: the layers `now`, and as they were right `after` the publish and `before` it."""

    catalog: Catalog
    entry: Entry
    later: tuple[LayersChange, ...]
    now: Stack
    after: Stack
    before: Stack
    decisions: Decisions

    def undo(self) -> Undo:
        packages, collisions = _packages_back(self.now, self.after, self.before, self.decisions)
        old = readable(Stack(self.now.packages, self.after.local))
        theirs = readable(Stack(packages, self.before.local))
        since = [change for each in reversed(self.later) for change in each.entry.changes]
        sides = (old, theirs, self.catalog)
        rebased = rebase(sides, inverse_of(self.entry.changes), since, self.decisions)
        stack = Stack(packages, self.now.local).with_local(rebased.trees)
        if self.now == self.after:
            stack = self.before
        found = disputed((*collisions, *rebased.collisions), self.later, self.decisions)
        return Undo(self.entry, stack, self._changes(rebased, stack), found, self.later)

    def _changes(self, rebased: Rebased, stack: Stack) -> tuple[Change, ...]:
        """Return the changes from what is in force to `stack`; what was set aside comes back with its data."""
        inverse = inverse_of(self.entry.changes)
        found = diff(rebased.middle, readable(stack))
        return (*rebased.renames, *(_with_data(change, inverse, self.entry.revision) for change in found))


def _with_data(change: Change, inverse: Sequence[Change], revision: int) -> Change:
    """Return the change as what it is here: not new but back, with what the undone publish knew of the data."""
    match change:
        case AddField():
            known = any(isinstance(e, AddField) and _is_of_same(e, change, e.field, change.field) for e in inverse)
            of = revision if known else None
            return RestoreField(entity=change.entity, field=change.field, place=change.place, revision=of)
        case AddEntity():
            known = any(isinstance(e, AddEntity) and e.tree["key"] == change.tree["key"] for e in inverse)
            return RestoreEntity(tree=change.tree, revision=revision if known else None)
        case ChangeField():
            for each in inverse:
                if isinstance(each, ChangeType) and _is_of_same(each, change, each.after, change.after):
                    return each.found_at(revision, change)
    return change


def _is_of_same(one: Change, other: Change, tree: Tree, other_tree: Tree) -> bool:
    """Tell whether two changes of fields are about the same one."""
    return getattr(one, "entity", "") == getattr(other, "entity", "") and tree["key"] == other_tree["key"]


def _packages_back(
    now: Stack, after: Stack, before: Stack, decisions: Decisions
) -> tuple[tuple[Layer, ...], list[Collision]]:
    """Return the packages with what the publish did to them undone; those that changed again since collide."""
    layers = {each.key: each for each in now.packages}
    collisions: list[Collision] = []
    for key in {each.key: each for each in (*before.packages, *after.packages)}:
        then, was, is_now = after.package(key), before.package(key), now.package(key)
        if was in (then, is_now):
            continue
        if is_now != then:
            collision = package_collision(key, then, was, is_now)
            collisions.append(collision)
            if decisions.get(collision.name) != "take":
                continue
        layers.pop(key, None)
        if was is not None:
            layers[key] = was
    _refuse_missing(layers.values())
    places = {each.key: place for place, each in enumerate(before.packages)}
    return tuple(sorted(layers.values(), key=lambda each: places.get(each.key, len(places)))), collisions


def _refuse_missing(packages: Collection[Layer]) -> None:
    """Raise Refused where a package would be gone that another one requires."""
    known = {each.key for each in packages}
    needed = [(key, each) for each in packages if each.manifest for key in each.manifest.requires.packages]
    missing = [
        Problem("package.required_by", {"key": key, "packages": [by.key]}) for key, by in needed if key not in known
    ]
    if missing:
        raise Refused(missing)
