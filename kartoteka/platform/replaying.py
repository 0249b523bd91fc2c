"""Replaying: publishes made once more over a state that lacks an earlier one, property by property.

So any publish can be taken back from among others: what came after it is done again without it. A publish that changed
what the missing one had changed collides; by decision the newer value stays (keep), or it is taken back too (take).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.stack import Layer, Stack, in_normal_form
from kartoteka.metadata.trees import Tree
from kartoteka.platform.collisions import (
    Choices,
    Collision,
    Disputed,
    Trees,
    merge_definitions,
    package_collision,
    value_at,
)
from kartoteka.platform.journal import Entry, LayersChange, readable
from kartoteka.platform.rebasing import rebase
from kartoteka.platform.renaming import Rename, renames_in


@dataclass(slots=True)
class Replay:
    """The state so far, and the renames by which it calls things otherwise than they were called in history."""

    stack: Stack
    renames: list[Rename]
    choices: Choices
    disputed: dict[str, Disputed] = field(default_factory=dict)

    def publish(self, step: LayersChange, before: Stack, after: Stack) -> None:
        """Make a publish again; in history it led from `before` to `after`."""
        if self.disputed:
            self._renew(step.entry, before.trees(), after.trees())
        if self.stack == before:
            self.stack = after
            return
        self.stack = replace(self.stack, packages=self._packages(step.entry, before, after))
        if before.local == after.local:
            return
        old = Stack(after.packages, before.local)
        renames = renames_in(step.entry.changes)
        if self.renames or renames:
            self._publish_all(step.entry, old, after)
        else:
            self._publish_touched(step.entry, old, after)

    def _packages(self, entry: Entry, before: Stack, after: Stack) -> tuple[Layer, ...]:
        packages = {each.key: each for each in self.stack.packages}
        for key in {each.key: each for each in (*before.packages, *after.packages)}:
            old, mine, theirs = before.package(key), after.package(key), packages.get(key)
            if mine in (old, theirs):
                continue
            if theirs != old:
                collision = package_collision(key, old, theirs, mine)
                self._note(entry, [collision])
                if self.choices.get(collision.name) == "take":
                    continue
            packages.pop(key, None) if mine is None else packages.update({key: mine})
        return tuple(packages.values())

    def _publish_touched(self, entry: Entry, old: Stack, mine: Stack) -> None:
        """Make again what was said of single definitions, all of which have kept their names."""
        sides = [each.trees() for each in (old, self.stack, mine)]
        touched = {each for each in {*sides[0], *sides[2]} if sides[0].get(each) != sides[2].get(each)}
        before, theirs, after = (_normal(side, touched) for side in sides)
        trees, collisions = merge_definitions(before, theirs, after, self.choices)
        self._note(entry, collisions)
        self.stack = self.stack.with_overlays(
            {each: trees[each] for each in touched if trees[each] != theirs.get(each)}
        )

    def _publish_all(self, entry: Entry, old: Stack, mine: Stack) -> None:
        """Make again what was done where names have changed: a rename goes through all definitions."""
        sides = (readable(old), readable(self.stack), readable(mine))
        rebased = rebase(sides, self.renames, entry.changes, self.choices)
        self._note(entry, rebased.collisions)
        self.renames = list(rebased.renames)
        self.stack = self.stack.with_local(rebased.trees)

    def _note(self, entry: Entry, collisions: Iterable[Collision]) -> None:
        """Remember what collides: of a property that several have changed the value of the newest."""
        for each in collisions:
            known = self.disputed.get(each.name)
            theirs = known.collision.clash.theirs if known else each.clash.theirs
            newest = replace(each, clash=replace(each.clash, theirs=theirs))
            self.disputed[each.name] = Disputed(newest, entry, each.name in self.choices)

    def _renew(self, entry: Entry, before: Trees, after: Trees) -> None:
        """Remember what a publish has made of a value that collides already, and does not collide again."""
        for name, known in self.disputed.items():
            identity, clash = known.collision.identity, known.collision.clash
            now = value_at(after.get(identity), clash.path)
            if now != value_at(before.get(identity), clash.path):
                newest = replace(known.collision, clash=replace(clash, mine=now))
                self.disputed[name] = replace(known, collision=newest, by=entry)


def _normal(trees: dict[Identity, Tree], touched: Iterable[Identity]) -> dict[Identity, Tree]:
    return {each: in_normal_form(each, trees[each]) for each in touched if each in trees}
