"""What a check says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from kartoteka.metadata.problems import Message
from kartoteka.platform.runtime import Runtime

State = Literal["well", "note", "wrong"]
Repair = Callable[[Runtime], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at. A note is worth knowing; what is wrong somebody has to see to.

    `repair` is there where it can be mended without losing anything.
    """

    code: str
    state: State = "well"
    params: dict[str, Any] = field(default_factory=dict)
    repair: Repair | None = None

    @property
    def message(self) -> Message:
        """What was found."""
        return Message(f"doctor.{self.code}", self.params)

    @property
    def advice(self) -> Message | None:
        """What to do about it, where there is something to do."""
        return None if self.state == "well" else Message(f"doctor.{self.code}.advice", self.params)


def judged(wrong: bool, well: str, ill: str, params: dict[str, Any], repair: Repair | None = None) -> Finding:
    """Return the finding `ill` where something is wrong, else `well`."""
    return Finding(ill, "wrong", params, repair) if wrong else Finding(well, "well", params)
