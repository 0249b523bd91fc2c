"""Carrying over: a draft laid over what others published since it began, or over another draft of the same person.

Both go property by property; what collides is told with both sides, and waits for a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import apply_changes
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict
from kartoteka.metadata.trees import Tree, read_definition
from kartoteka.platform.collisions import Choices, Disputed, disputed
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.drafts import Draft
from kartoteka.platform.journal import layers_until, readable, rewound
from kartoteka.platform.rebasing import rebase
from kartoteka.platform.units import Unit


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The catalog that came out, unchecked, and what collides: `mine` is what is there, `theirs` what is laid over."""

    catalog: Catalog
    disputed: tuple[Disputed, ...] = ()

    @property
    def undecided(self) -> tuple[Disputed, ...]:
        """The collisions of which nobody has decided anything."""
        return tuple(each for each in self.disputed if not each.is_decided)


def wanted(unit: Unit, draft: Draft) -> Catalog:
    """Return the catalog as it would be with the draft published, unchecked.

    Raises Conflict `draft.collides` where somebody else has changed the same things since the draft began.
    """
    carried = carry_over(unit, draft)
    if carried.undecided:
        details = [each.describe() for each in carried.undecided]
        raise Conflict("draft.collides", details, count=len(details))
    return carried.catalog


def carry_over(unit: Unit, draft: Draft, choices: Choices | None = None) -> CarriedOver:
    """Return the draft over the configuration in force. By choice what is in force is kept, or the draft's taken.

    Raises Refused where what comes out makes no sense, Conflict where nobody knows any more what the draft began with.
    """
    now = unit.model.catalog
    if draft.base == now.hash:
        return CarriedOver(apply_changes(now, draft.changes))
    later = layers_until(unit.connection, draft.base)
    base = readable(rewound(load_stack(unit.connection), later))
    since = [change for each in reversed(later) for change in each.entry.changes]
    rebased = rebase((base, apply_changes(base, draft.changes), now), draft.changes, since, choices or {})
    return CarriedOver(_catalog_of(rebased.trees), disputed(rebased.collisions, later, choices or {}))


def lay_over(unit: Unit, draft: Draft, other: Draft, choices: Choices | None = None) -> CarriedOver:
    """Return one draft with another one laid over it. By choice the first one's word is kept, or the other's taken.

    Raises as `wanted` where either collides with what others published.
    """
    now, mine, theirs = unit.model.catalog, wanted(unit, draft), wanted(unit, other)
    rebased = rebase((now, theirs, mine), diff(now, theirs), diff(now, mine), choices or {})
    return CarriedOver(_catalog_of(rebased.trees), disputed(rebased.collisions, (), choices or {}))


def _catalog_of(trees: Mapping[Identity, Tree]) -> Catalog:
    try:
        return Catalog({identity: read_definition(identity, tree) for identity, tree in trees.items()})
    except (msgspec.ValidationError, KeyError, TypeError):
        return checked_catalog(trees)
