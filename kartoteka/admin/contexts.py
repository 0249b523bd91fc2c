"""What templates all over the studio are given: the draft, tiles, choices, and sheets to be filled in."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.platform.web.contexts import Action, ErrorLine, IndexTab, Option, Shell, Widget


@dataclass(frozen=True, slots=True)
class Draft:
    """The unpublished changes. `text` is e.g. "3 unpublished changes"; empty where there are none."""

    text: str = ""
    review_url: str = ""
    publish_url: str = ""
    discard_url: str = ""
    name: str = ""
    others: str = ""
    """How many drafts there are, e.g. "2 drafts"; empty where this is the only one."""
    others_url: str = ""
    publishing: str = ""
    """Who publishes something that takes long; empty where nobody does."""
    publishing_url: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A way on: a type of field, a part of the studio."""

    label: str
    text: str
    url: str
    icon: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class TileGroup:
    """Ways on under a heading."""

    title: str
    tiles: tuple[Tile, ...]
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class TilesPage:
    """Ways on: the overview of the studio, the types of a new field."""

    shell: Shell
    title: str
    text: str
    groups: tuple[TileGroup, ...]
    draft: Draft
    back_url: str = ""
    back_label: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One of a field's choices: its label in the person's language, its colour, whether it is offered."""

    key: str
    label: str
    colour: str
    offered: bool
    colours: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """A field's choices, to be renamed, recoloured, put in order, added and taken out of offer."""

    title: str
    lines: tuple[ChoiceLine, ...]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSection:
    """Inputs under a heading; folded away where `folded` says so."""

    title: str
    widgets: tuple[Widget, ...] = ()
    hint: str = ""
    folded: bool = False
    choices: Choices | None = None


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One thing to be filled in and sent: a new field, a person, the gear of a field.

    `submits` are the buttons of the form: value of `do`, label, and whether it is the filled one.
    """

    shell: Shell
    title: str
    tab: IndexTab
    action: str
    sections: tuple[SheetSection, ...]
    submits: tuple[Option, ...]
    cancel_url: str
    text: str = ""
    entity: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    problems: tuple[ErrorLine, ...] = ()
    actions: tuple[Action, ...] = ()
    secret: str = ""
    secret_label: str = ""
    uses: tuple[Option, ...] = ()
    uses_title: str = ""
    danger: bool = False
