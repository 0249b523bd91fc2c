"""Collisions: where a package and the client want different things, and what is decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.merging import Choice, Clash

Spot = tuple[str, str, str]
"""A package, the file of a definition, a property in it: ("sales", "entities/client.json", "fields/inn/label/en")."""
DecidedBy = Literal["given", "remembered", "default", "nobody"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What somebody decided about collisions, by their spot; `otherwise` goes for all others, None for nobody yet."""

    given: Mapping[Spot, Choice] = field(default_factory=dict)
    remembered: Mapping[Spot, Choice] = field(default_factory=dict)
    otherwise: Choice | None = "keep"

    def with_more(self, given: Mapping[Spot, Choice]) -> Decisions:
        """Return the decisions with others that count where nothing else was given."""
        return replace(self, given={**given, **self.given})

    def on(self, spot: Spot, choices: tuple[Choice, ...]) -> tuple[Choice | None, DecidedBy]:
        """Return what is decided and by whom; a choice that there is not counts for nothing."""
        for found, by in ((self.given.get(spot), "given"), (self.remembered.get(spot), "remembered")):
            if found in choices:
                return found, "given" if by == "given" else "remembered"
        return (self.otherwise, "default") if self.otherwise in choices else (None, "nobody")


@dataclass(frozen=True, slots=True)
class Collision:
    """Something that both the package and the client changed, or that one needs and the other took out."""

    package: str
    identity: Identity
    clash: Clash
    choice: Choice | None
    by: DecidedBy

    @property
    def spot(self) -> Spot:
        """What decisions know it by."""
        return spot_of(self.package, self.identity, self.clash)


def spot_of(package: str, identity: Identity, clash: Clash) -> Spot:
    """Return what decisions know a clash by."""
    return package, identity.path, "/".join(clash.path)
