"""Drafts: changes of the configuration that a person collects before publishing them in one act.

A draft holds the changes from the configuration that it began with to the one that is wanted. Every edit compares the
two anew, so a field that is edited twice, or there and back, takes one change, or none. A person may have several
drafts with names; edits go into the one that is open. When others have published meanwhile the draft is carried over
to what is in force now (see `carrying_over`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import Change, changes_from_trees, changes_to_trees
from kartoteka.metadata.conversions import NO_DECISIONS, Decision, Decisions, decisions_to_tree, read_decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.trees import Tree, as_stored
from kartoteka.platform import tables
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.units import Unit

Trees = dict[Identity, Tree]
Edit = Callable[[Trees], None]
"""Changes the definitions that it is given, which are a copy. Raises NotFound or Refused."""
MOST_DRAFTS = 50
"""Drafts that a person may have."""
LONGEST_NAME = 80
_of = tables.draft.c


@dataclass(frozen=True, slots=True)
class Draft:
    """The changes that somebody has not published yet; `base` is the hash of the catalog that they begin with."""

    base: str
    changes: tuple[Change, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """What is to become of values that can't stay as they are, by `entity.field`."""
    number: int | None = None
    """None for one that is not stored: nothing has been put into it yet."""
    name: str = ""
    is_open: bool = True
    changed_at: datetime | None = None
    siblings: int = 0
    """How many drafts the person has."""


def of_person(unit: Unit, user_id: int) -> tuple[Draft, ...]:
    """Return the person's drafts, the oldest first."""
    rows = unit.connection.execute(select(tables.draft).where(_of.user_id == user_id).order_by(_of.id)).all()
    return tuple(
        Draft(
            row.base_hash,
            changes_from_trees(row.changes),
            read_decisions(row.decisions).by_field,
            row.id,
            row.name,
            bool(row.is_open),
            row.changed_at,
            len(rows),
        )
        for row in rows
    )


def current(unit: Unit, user_id: int) -> Draft:
    """Return the draft that the person has open: an empty one over the configuration in force where none is."""
    known = of_person(unit, user_id)
    return next((each for each in known if each.is_open), Draft(unit.model.catalog.hash, siblings=len(known)))


def numbered(unit: Unit, user_id: int, number: int) -> Draft:
    """Return one of the person's drafts. Raises NotFound."""
    found = next((each for each in of_person(unit, user_id) if each.number == number), None)
    if found is None:
        raise NotFound("draft.unknown")
    return found


def keep(unit: Unit, user_id: int, catalog: Catalog) -> Draft:
    """Store in the open draft what leads from the configuration in force to `catalog`; without a name it may end."""
    known = current(unit, user_id)
    draft = Draft(unit.model.catalog.hash, diff(unit.model.catalog, catalog), known.decisions, known.number, known.name)
    row: dict[str, Any] = {"base_hash": draft.base, "changes": changes_to_trees(draft.changes)}
    row |= {"decisions": decisions_to_tree(draft.decisions), "changed_at": unit.now}
    if known.number is not None and not draft.changes and not known.name:
        discard(unit, user_id, known.number)
    elif known.number is not None:
        unit.connection.execute(update(tables.draft).where(_of.id == known.number).values(row))
    elif draft.changes:
        unit.connection.execute(insert(tables.draft), {"name": "", "user_id": user_id, "is_open": 1, **row})
    return draft


def begin(unit: Unit, user_id: int, name: str) -> None:
    """Open a new draft of that name; the others wait. Raises Refused for a name that is empty, long or taken."""
    if len(of_person(unit, user_id)) >= MOST_DRAFTS:
        raise Refused([Problem("draft.too_many", {"most": MOST_DRAFTS}, pointer="/name")])
    row = {"name": _checked_name(unit, user_id, name), "user_id": user_id, "is_open": 1, "changed_at": unit.now}
    close(unit, user_id)
    row |= {"base_hash": unit.model.catalog.hash, "changes": [], "decisions": {}}
    unit.connection.execute(insert(tables.draft), row)


def rename(unit: Unit, user_id: int, number: int, name: str) -> None:
    """Give a draft a name. Raises NotFound, and Refused for a name that is empty, long or taken."""
    numbered(unit, user_id, number)
    text = _checked_name(unit, user_id, name, besides=number)
    unit.connection.execute(update(tables.draft).where(_of.id == number).values(name=text))


def _checked_name(unit: Unit, user_id: int, name: str, besides: int | None = None) -> str:
    text = " ".join(name.split())
    if not text:
        raise Refused([Problem("required", {}, pointer="/name")])
    if len(text) > LONGEST_NAME:
        raise Refused([Problem("text.too_long", {"max": LONGEST_NAME, "length": len(text)}, pointer="/name")])
    if any(each.name == text and each.number != besides for each in of_person(unit, user_id)):
        raise Refused([Problem("draft.name_taken", {"name": text}, pointer="/name")])
    return text


def open_one(unit: Unit, user_id: int, number: int) -> Draft:
    """Let edits go into this draft from now on. Raises NotFound."""
    found = numbered(unit, user_id, number)
    close(unit, user_id)
    unit.connection.execute(update(tables.draft).where(_of.id == number).values(is_open=1))
    return found


def close(unit: Unit, user_id: int) -> None:
    """Put the open draft aside: the next edit begins a new one."""
    unit.connection.execute(update(tables.draft).where(_of.user_id == user_id).values(is_open=0))


def decide(unit: Unit, user_id: int, name: str, decision: Decision) -> None:
    """Keep with the person's open draft what is to become of the values of a field, `entity.field`."""
    known = current(unit, user_id)
    decisions = decisions_to_tree({**known.decisions, name: decision})
    unit.connection.execute(update(tables.draft).where(_of.id == known.number).values(decisions=decisions))


def discard(unit: Unit, user_id: int, number: int | None = None) -> None:
    """Throw one of the person's drafts away: the open one where no number is given."""
    which = _of.is_open == 1 if number is None else _of.id == number
    unit.connection.execute(delete(tables.draft).where(_of.user_id == user_id, which))


def end(connection: Connection, number: int) -> None:
    """Forget a draft that is published."""
    connection.execute(delete(tables.draft).where(_of.id == number))


def edited(unit: Unit, catalog: Catalog, edit: Edit) -> Catalog:
    """Return the catalog after an edit, checked. Raises Refused with the problems, each with file and pointer."""
    trees: Trees = deepcopy(dict(catalog.trees))
    edit(trees)
    stack = load_stack(unit.connection).with_local({identity: as_stored(tree) for identity, tree in trees.items()})
    return stack.catalog()


def plan_of(unit: Unit, catalog: Catalog, decisions: Decisions = NO_DECISIONS) -> Plan:
    """Return the plan that puts `catalog` in force. Raises Refused where its definitions don't fit together."""
    stack = load_stack(unit.connection).with_local(catalog.trees)
    return make_plan(unit.connection, unit.model, stack, decisions=decisions)
