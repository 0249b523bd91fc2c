"""Undoing: any publish can be taken back; what others published since stays.

The layers are known as they were before the publish; what came after it is made again over them, without it (see
`replaying`). An undo is a publish like any other: it can be undone.
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
    inverse_of,
)
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict, Problem, Refused
from kartoteka.metadata.stack import Layer, Stack
from kartoteka.platform.collisions import Choices, Disputed
from kartoteka.platform.configuration import Model, load_stack
from kartoteka.platform.journal import Entry, LayersChange, entry_of, layers_since, newest_to_undo, readable, rewound
from kartoteka.platform.package_rows.planning import with_row_lines
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.renaming import Rename, can_be_made, named_now, renames_in
from kartoteka.platform.replaying import Replay


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
        plan = make_plan(connection, model, self.stack, self.changes)
        return with_row_lines(connection, model, plan, undoing=True)

    def builds_on(self, refused: Refused) -> tuple[Entry, ...]:
        """Return the later publishes that the problems are about: they use what would go, or took what is used."""
        meant = {problem.file for problem in refused.problems}
        meant |= {Identity("entity", "", str(problem.params.get("entity"))).path for problem in refused.problems}
        return tuple(each.entry for each in self.later if meant & {identity.path for identity in each.touched})


def undo_plan(
    connection: Connection, model: Model, number: int | None = None, choices: Choices | None = None
) -> tuple[int, Plan]:
    """Return the journal number and the plan that takes a publish back; by default the newest not yet undone.

    Raises NotFound for an unknown number; Conflict where it is undone already, or where others changed the same
    properties since and nothing is decided about them; Refused where others use what would go.
    """
    found = prepare_undo(connection, model, number, choices or {})
    refuse_undecided(found)
    return found.entry.number, found.plan(connection, model)


def refuse_undecided(undo: Undo) -> None:
    """Raise Conflict where others changed the same properties since and nothing is decided about them."""
    if undo.undecided:
        details = [each.describe() for each in undo.undecided]
        raise Conflict("undo.collides", details, number=undo.entry.number, count=len(details))


def prepare_undo(connection: Connection, model: Model, number: int | None, choices: Choices) -> Undo:
    """Return what it takes to undo a publish. Raises NotFound, and Conflict where it is undone already."""
    entry = newest_to_undo(connection) if number is None else entry_of(connection, number)
    if entry.undone_by is not None:
        raise Conflict("undo.done", number=entry.number, by=entry.undone_by)
    steps = layers_since(connection, entry.number)
    stacks = [load_stack(connection)]
    for step in steps:
        stacks.append(rewound(stacks[-1], [step]))
    own = _own(steps)
    newest = own[-1].entry
    left_out = {step.entry.number for step in own} | _cancelled(steps)
    replay = Replay(stacks[-1], renames_in(inverse_of(newest.changes)), choices)
    for step, after, before in reversed(list(zip(steps, stacks, stacks[1:], strict=False))):
        if step.entry.number not in left_out:
            replay.publish(step, before, after)
    _refuse_missing(replay.stack.packages)
    later = tuple(step for step in steps if step.entry.number not in left_out)
    disputed = tuple(replay.disputed.values())
    since = [each for step in reversed(steps) if step.entry.number > newest.number for each in step.entry.changes]
    changes = _changes(model.catalog, replay, newest, renames_in(since))
    return Undo(entry, replay.stack, changes, disputed, later)


def _own(steps: Sequence[LayersChange]) -> list[LayersChange]:
    """Return the oldest of the publishes with what has undone it and made it again since, the newest last."""
    found: dict[int, LayersChange] = {}
    for step in reversed(steps):
        if not found or step.entry.undoes in found:
            found[step.entry.number] = step
    return list(found.values())


def _cancelled(steps: Sequence[LayersChange]) -> set[int]:
    """Return the publishes that somebody has undone exactly, and their undoing: together they do nothing."""
    known = {step.entry.number: step for step in steps}
    found: set[int] = set()
    for step in steps:
        undone = known.get(step.entry.undoes or 0)
        if undone and not {step.entry.number, undone.entry.number} & found and step.takes_back(undone):
            found |= {step.entry.number, undone.entry.number}
    return found


def _changes(catalog: Catalog, replay: Replay, undone: Entry, since: list[Rename]) -> tuple[Change, ...]:
    """Return the changes from the catalog in force to the one wanted; what was set aside comes back with its data.

    `since` are the renames after the undone publish.
    """
    inverse = inverse_of(undone.changes)
    renames: list[Rename] = []
    for rename in replay.renames:
        if can_be_made(catalog, rename):
            catalog = rename.applied_to(catalog)
            renames.append(rename)
    found = diff(catalog, readable(replay.stack), renames=False)
    names = (*since, *renames)
    return (*renames, *(_with_data(change, inverse, undone.revision, names) for change in found))


def _with_data(change: Change, inverse: Sequence[Change], revision: int, names: Sequence[Rename]) -> Change:
    """Return the change as what it is here: not new but back, with what the undone publish knew of the data.

    `names` are the renames from those of the undone publish to those of now.
    """
    match change:
        case AddField():
            back = {(named_now(e.entity, "", names)[0], e.field["key"]) for e in inverse if isinstance(e, AddField)}
            return change.restored(revision if (change.entity, change.field["key"]) in back else None)
        case AddEntity():
            known = any(isinstance(e, AddEntity) and e.tree["key"] == change.tree["key"] for e in inverse)
            return change.restored(revision if known else None)
        case ChangeField():
            converted = (each for each in inverse if isinstance(each, ChangeType))
            place = (change.entity, change.after["key"])
            same = (each for each in converted if named_now(each.entity, each.after["key"], names) == place)
            return next((each.found_at(revision, change) for each in same), change)
    return change


def _refuse_missing(packages: Collection[Layer]) -> None:
    """Raise Refused where a package would be gone that another one requires."""
    known = {each.key for each in packages}
    needed = [(key, each) for each in packages if each.manifest for key in each.manifest.requires.packages]
    missing = [
        Problem("package.required_by", {"key": key, "packages": [by.key]}) for key, by in needed if key not in known
    ]
    if missing:
        raise Refused(missing)
