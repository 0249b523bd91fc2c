"""Rebasing: what was made of an older configuration, laid over the one in force, property by property.

What collides, the same property said differently by both sides, waits for a decision: keep what is in force, or take
what the other side says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import Change
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.trees import Tree
from kartoteka.platform.collisions import Choices, Collision, merge_definitions
from kartoteka.platform.renaming import Rename, renames_in, under_common_names


@dataclass(frozen=True, slots=True)
class Rebased:
    """What came out, complete but unchecked; which renames and which catalog lead there; what collides."""

    trees: dict[Identity, Tree]
    renames: tuple[Rename, ...]
    middle: Catalog
    """The catalog in force after the renames."""
    collisions: tuple[Collision, ...]


def rebase(
    sides: tuple[Catalog, Catalog, Catalog], wanted: Sequence[Change], since: Sequence[Change], choices: Choices
) -> Rebased:
    """Return what leads from `old` to `theirs` laid over `mine`, the catalog in force; `sides` are these three.

    `wanted` and `since` are the changes by which theirs and mine differ from old: what was renamed can't be told
    otherwise.
    """
    named = under_common_names(sides, renames_in(wanted), renames_in(since), choices)
    merged, collisions = merge_definitions(named.old.trees, named.theirs.trees, named.mine.trees, choices)
    trees = {identity: tree for identity, tree in merged.items() if tree is not None}
    return Rebased(trees, tuple(named.done), named.mine, (*named.collisions, *collisions))
