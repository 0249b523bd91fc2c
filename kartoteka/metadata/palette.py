"""The colours that definitions may name; how each looks, in light and dark, is the face's business."""

from __future__ import annotations

from typing import Final, Literal, get_args

Colour = Literal[
    "slate", "stone", "red", "orange", "amber", "olive", "lime", "green",
    "teal", "cyan", "sky", "blue", "indigo", "violet", "plum", "pink",
]  # fmt: skip
PALETTE: Final[tuple[str, ...]] = get_args(Colour)
