"""Upgrades: another version of a package, or none, below what the client made of the one before.

The layers are merged three ways: what the packages said, what they say now, what the client has. Each collision is
listed with all sides and decided: as it was said for this upgrade, else as it was said at an earlier one, else as
`otherwise` says. Whatever is decided, the result is again packages with a local layer on top of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from kartoteka.metadata.collisions import Collision, Decisions, spot_of
from kartoteka.metadata.decision_files import NO_DECISIONS, read_decisions
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.exports import applied, is_whole, with_read
from kartoteka.metadata.loose_ends import LooseEnds
from kartoteka.metadata.merging import Choice, Clash, Path, merge_item
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.packages import DECISIONS_FILE, read_package
from kartoteka.metadata.renames import with_names_of_now
from kartoteka.metadata.stack import Stack, in_normal_form
from kartoteka.metadata.trees import Tree


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The layers after an upgrade, and what collided on the way. `package` is the key of the one that was changed."""

    stack: Stack
    package: str = ""
    collisions: tuple[Collision, ...] = ()
    tests: Mapping[str, PackageTest] = field(default_factory=dict)
    """What the package proves of itself, by file."""

    @property
    def undecided(self) -> tuple[Collision, ...]:
        """What somebody has to decide before it can be published."""
        return tuple(each for each in self.collisions if each.choice is None)


def applied_over(before: Stack, path: FilePath, decisions: Decisions) -> Upgrade:
    """Return what applying a package, a local layer or a whole export makes of the stack. Raises Refused.

    A package is merged with what the client made of it, and may bring decisions for that; the other two say everything
    themselves.
    """
    if is_whole(path):
        return Upgrade(applied(before, path))
    package = read_package(path)
    after, key = with_read(before, package), package.manifest.key
    if after.package(key) == before.package(key):
        return Upgrade(after, tests=package.tests)
    shipped = read_decisions(package.files.get(DECISIONS_FILE, NO_DECISIONS), DECISIONS_FILE)
    return replace(upgraded(before, after, key, decisions.with_more(shipped)), tests=package.tests)


def uninstalled(before: Stack, package: str, decisions: Decisions) -> Upgrade:
    """Return the stack without a package. Raises Refused where there is none, or another package requires it."""
    return upgraded(before, before.without_package(package), package, decisions)


def upgraded(before: Stack, after: Stack, package: str, decisions: Decisions) -> Upgrade:
    """Return `after`, which has the packages as they are to be, with the client's layer of `before` merged into it."""
    merger = _Merger(package, decisions)
    after = replace(after, local=after.with_names_of_now().local)
    sides = (before.trees(local=False), before.trees(), after.trees(local=False))
    old, mine, new = with_names_of_now(sides)
    touched = [each for each in old.keys() | mine.keys() if old.get(each) not in (mine.get(each), new.get(each))]
    wanted = {each: merger.merge(each, old.get(each), new.get(each), mine.get(each)) for each in sorted(touched)}
    stack = after.with_overlays(wanted)
    mended = LooseEnds(stack, package, mine, merger.ask).tied()
    return Upgrade(stack.with_overlays(mended) if mended else stack, package, tuple(merger.found.values()))


class _Merger:
    """Asks the decisions, and remembers what it asked."""

    def __init__(self, package: str, decisions: Decisions) -> None:
        self._package, self._decisions = package, decisions
        self.found: dict[tuple[Identity, Path, str], Collision] = {}

    def merge(self, identity: Identity, old: Tree | None, theirs: Tree | None, mine: Tree | None) -> Tree | None:
        sides = (in_normal_form(identity, tree) if tree is not None else None for tree in (old, theirs, mine))
        return merge_item(lambda clash: self.ask(identity, clash) or "keep", (), *sides)

    def ask(self, identity: Identity, clash: Clash) -> Choice | None:
        choice, by = self._decisions.on(spot_of(self._package, identity, clash), clash.choices)
        collision = Collision(self._package, identity, clash, choice, by)
        self.found.setdefault((identity, clash.path, clash.kind), collision)
        return choice
