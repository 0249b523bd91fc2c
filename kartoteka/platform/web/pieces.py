"""Pieces of HTML that templates draw once: what a macro makes of the same arguments is the same.

A form's hundred and fifty fields differ from one record to the next in a text or two, and so do the cells of a list.
Each shape is drawn once, with holes for those texts; a request only fills the holes. All that a piece shows stands in
the key under which it is kept, so nobody can be given a piece that holds more than what was to be shown anyway.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from operator import attrgetter, itemgetter
from typing import Any, Final

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

MOST = 5000
"""Pieces that are kept of one macro; the longest unused goes first."""
HOLE: Final = f"hole{secrets.token_hex(16)}n"
"""Begins a hole, with its number behind it; letters and digits only, which no escaping touches. Nobody can guess it."""
_HOLES: Final = re.compile(HOLE + r"(\d)")
Mask = Callable[[Struct], Struct]
Choice = Callable[[tuple[str, ...]], tuple[str, ...]]


def remembered(macro: Callable[..., Any]) -> Callable[..., Any]:
    """Return a macro that keeps its answers, for templates: its answer may depend on its arguments alone.

    A text and the same text as markup are two arguments, since they are escaped differently.
    """
    return lru_cache(maxsize=MOST, typed=True)(macro)


class Holed:
    """A macro of one view model (and what else it is given) that draws each shape of it once, for templates.

    The `names` (two or more) are the texts of the model, or of models in it ("cell.text"), that differ: the macro may
    show them as text or inside a quoted attribute, and ask whether they are empty, nothing else. They are escaped.
    """

    def __init__(self, macro: Callable[..., str], *names: str) -> None:
        self._macro, self._names = macro, names
        self._texts: Callable[[Struct], tuple[str, ...]] = attrgetter(*names)
        self._masks: dict[tuple[bool, ...], Mask] = {}
        self._draw = lru_cache(maxsize=MOST)(self._drawn)

    def __call__(self, model: Struct, given: Any = None) -> Markup:
        """Return the piece of one model."""
        return self.all((model,), (given,))

    def all(self, models: Iterable[Struct], given: Iterable[Any] = repeat(None)) -> Markup:
        """Return the pieces of models one after the other, each with what the macro is `given` besides."""
        pieces: list[str] = []
        texts: list[str] = []
        for model, besides in zip(models, given, strict=False):
            found = self._texts(model)
            filled = tuple(map(bool, found))
            mask = self._masks.get(filled) or self._masks.setdefault(filled, self._mask(filled))
            piece, chosen = self._draw(mask(model), besides)
            pieces.append(piece)
            texts.extend(chosen(found))
        return Markup("".join(pieces) % _escaped(texts))  # noqa: S704 (drawn by templates, and escaped)

    def _mask(self, filled: Sequence[bool]) -> Mask:
        """Return what puts holes in place of a model's texts; what is empty stays so."""
        holes: dict[str, dict[str, str]] = {}
        for place, name in enumerate(self._names):
            inner, _, last = name.rpartition(".")
            holes.setdefault(inner, {})[last] = f"{HOLE}{place}" if filled[place] else ""
        own = holes.pop("", {})
        if not holes:
            return lambda model: replace(model, **own)
        return lambda model: replace(model, **own, **{i: replace(getattr(model, i), **h) for i, h in holes.items()})

    def _drawn(self, shape: Struct, besides: Any) -> tuple[str, Choice]:
        """Draw a shape; return it as a format, and what chooses those of the texts that go into it."""
        html = self._macro(shape) if besides is None else self._macro(shape, besides)
        order = [int(place) for place in _HOLES.findall(html)]
        chosen: Choice = itemgetter(*order) if len(order) > 1 else lambda texts: tuple(texts[each] for each in order)
        return _HOLES.sub("%s", str(html).replace("%", "%%")), chosen


def _escaped(texts: Sequence[str]) -> tuple[str, ...]:
    """Return texts escaped: all at once, since most of the time of escaping one is the call."""
    return tuple(str(escape(HOLE.join(texts))).split(HOLE)) if texts else ()


HELPERS: Final[dict[str, Any]] = {"remembered": remembered, "holed": Holed}
"""What templates know these by."""
