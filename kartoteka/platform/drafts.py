"""Drafts: changes of the configuration that a person collects before publishing them in one act.

A draft holds the changes from the configuration that it began with to the one that is wanted. Every edit compares the
two anew, so a field that is edited twice, or there and back, takes one change, or none. When others have published
meanwhile the draft is carried over to what is in force now, property by property; what collides is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import delete, insert, select, update

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import Change, apply_changes, changes_from_trees, changes_to_trees
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.conversions.decisions import Decision, decisions_to_tree, read_decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict
from kartoteka.metadata.trees import Tree, read_definition
from kartoteka.platform import tables
from kartoteka.platform.collisions import Decisions, Disputed, disputed
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import layers_until, readable, rewound
from kartoteka.platform.plans import Plan, make_plan
from kartoteka.platform.rebasing import rebase
from kartoteka.platform.units import Unit

Trees = dict[Identity, Tree]
Edit = Callable[[Trees], None]
"""Changes the definitions that it is given, which are a copy. Raises NotFound or Refused."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The changes that somebody has not published yet; `base` is the hash of the catalog that they begin with."""

    base: str
    changes: tuple[Change, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """What is to become of values that can't stay as they are, by `entity.field`."""


def current(unit: Unit, user_id: int) -> Draft:
    """Return the person's draft: an empty one over the configuration in force where there is none."""
    of = tables.draft
    row = unit.connection.execute(select(of).where(of.c.user_id == user_id).limit(1)).one_or_none()
    if row is None:
        return Draft(unit.model.catalog.hash)
    return Draft(row.base_hash, changes_from_trees(row.changes), read_decisions(row.decisions).by_field)


def wanted(unit: Unit, draft: Draft, decisions: Decisions | None = None) -> Catalog:
    """Return the catalog as it would be with the draft published, unchecked.

    Raises Conflict `draft.collides` where somebody else has changed the same things since the draft began, and
    nothing is decided about them.
    """
    if draft.base == unit.model.catalog.hash:
        return apply_changes(unit.model.catalog, draft.changes)
    carried = carry_over(unit, draft, decisions or {})
    if carried.undecided:
        details = [each.describe() for each in carried.undecided]
        raise Conflict("draft.collides", details, count=len(details))
    return carried.catalog


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """A draft over what others published since it began, and what of it collides with that."""

    catalog: Catalog
    disputed: tuple[Disputed, ...] = ()

    @property
    def undecided(self) -> tuple[Disputed, ...]:
        """The collisions of which nobody has decided anything."""
        return tuple(each for each in self.disputed if not each.is_decided)


def carry_over(unit: Unit, draft: Draft, decisions: Decisions) -> CarriedOver:
    """Return the draft over the configuration in force. By decision what is in force is kept, or the draft's taken."""
    later = layers_until(unit.connection, draft.base)
    base = readable(rewound(load_stack(unit.connection), later))
    since = [change for each in reversed(later) for change in each.entry.changes]
    sides = (base, apply_changes(base, draft.changes), unit.model.catalog)
    rebased = rebase(sides, draft.changes, since, decisions)
    return CarriedOver(_catalog_of(rebased.trees), disputed(rebased.collisions, later, decisions))


def _catalog_of(trees: Trees) -> Catalog:
    """Return the definitions, unchecked so far as they can be read. Raises Refused."""
    try:
        return Catalog({identity: read_definition(identity, tree) for identity, tree in trees.items()})
    except (msgspec.ValidationError, KeyError, TypeError):
        return checked_catalog(trees)


def keep(unit: Unit, user_id: int, catalog: Catalog) -> Draft:
    """Store as the person's draft what leads from the configuration in force to `catalog`."""
    decisions = current(unit, user_id).decisions
    draft = Draft(unit.model.catalog.hash, diff(unit.model.catalog, catalog), decisions)
    discard(unit, user_id)
    if draft.changes:
        row = {"name": "", "user_id": user_id, "base_hash": draft.base, "changed_at": unit.now}
        row |= {"changes": changes_to_trees(draft.changes), "decisions": decisions_to_tree(decisions)}
        unit.connection.execute(insert(tables.draft), row)
    return draft


def decide(unit: Unit, user_id: int, name: str, decision: Decision) -> None:
    """Keep with the person's draft what is to become of the values of a field, `entity.field`."""
    decisions = {**current(unit, user_id).decisions, name: decision}
    of = tables.draft
    kept = update(of).where(of.c.user_id == user_id).values(decisions=decisions_to_tree(decisions))
    unit.connection.execute(kept)


def discard(unit: Unit, user_id: int) -> None:
    """Throw the person's draft away."""
    unit.connection.execute(delete(tables.draft).where(tables.draft.c.user_id == user_id))


def edited(unit: Unit, catalog: Catalog, edit: Edit) -> Catalog:
    """Return the catalog after an edit, checked. Raises Refused with the problems, each with file and pointer."""
    trees: Trees = deepcopy(dict(catalog.trees))
    edit(trees)
    stack = load_stack(unit.connection).with_local({identity: _as_stored(tree) for identity, tree in trees.items()})
    return stack.catalog()


def _as_stored(tree: Tree) -> Tree:
    """Return a tree as it comes back from the database.

    msgspec tells defaults by identity: a constant of this code that happens to be the default itself would be left out
    now, and not any more once it was stored.
    """
    stored: Tree = msgspec.json.decode(msgspec.json.encode(tree))
    return stored


def plan_of(unit: Unit, catalog: Catalog) -> Plan:
    """Return the plan that puts `catalog` in force. Raises Refused where its definitions don't fit together."""
    stack = load_stack(unit.connection).with_local(catalog.trees)
    return make_plan(unit.connection, unit.model, stack)
