"""What a plan says of reference data, card type by card type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kartoteka.metadata.changes import Risk
from kartoteka.metadata.problems import Message
from kartoteka.metadata.trees import Tree

COUNTS = ("new", "updated", "kept", "adopted", "restored", "in_trash", "gone", "taken_back")
"""What may become of rows, in the order in which it is told."""
MOST_SIDES = 20
"""Values that stay and are told one by one."""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A field in which the client's value stays, with both sides and what the package said before; empty: nothing."""

    ref: str
    field: str
    was: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class RowsLine:
    """What becomes of a package's rows of one card type; `counts` by the names of COUNTS, those that are not 0."""

    package: str
    entity: str
    file: str
    counts: Mapping[str, int]
    kept: tuple[KeptValue, ...] = ()

    @property
    def risk(self) -> Risk:
        """Worth a look where something stays otherwise than the package says."""
        return "care" if self.counts.keys() & {"kept", "in_trash", "gone"} else "harmless"

    def title(self) -> Message:
        """Return what it is about."""
        return Message("rows.of", {"entity": self.entity})

    def sums(self) -> Iterator[Message]:
        """Yield how many rows become what."""
        for name, count in self.counts.items():
            yield Message(f"rows.{name}", {"count": count})

    def sides(self) -> Iterator[Message]:
        """Yield the first of the values that stay, each with both sides."""
        for each in self.kept[:MOST_SIDES]:
            said = {"ref": each.ref, "field": each.field, "mine": each.mine, "theirs": each.theirs}
            yield Message("rows.kept_value", {"entity": self.entity, **said})
        if len(self.kept) > MOST_SIDES:
            yield Message("rows.more_kept", {"count": len(self.kept) - MOST_SIDES})

    def tree(self, say: Callable[[Message], str]) -> Tree:
        """Return it as JSON data, with all values that stay and what is to be said."""
        message = " ".join([f"{say(self.title())}:", *map(say, self.sums())])
        sides = ({"ref": e.ref, "field": e.field, "was": e.was, "package_says": e.theirs, "yours": e.mine}
                 for e in self.kept)  # fmt: skip
        named = {"package": self.package, "entity": self.entity, "file": self.file, "counts": dict(self.counts)}
        return {**named, "risk": self.risk, "message": message, "kept": list(sides)}
