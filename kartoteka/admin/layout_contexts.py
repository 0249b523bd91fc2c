"""What the templates of the tree, the preview and the properties of a card type are given, and of lists in an order."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.admin.contexts import Choices, Draft
from kartoteka.forms.contexts import Fact, FormTab
from kartoteka.platform.web.contexts import Action, Cell, ErrorLine, IndexTab, Option, Shell, Widget


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A line of the tree. `mark` is "", "changed", "new" or "retired"."""

    label: str
    url: str
    icon: str
    detail: str = ""
    colour: str = ""
    current: bool = False
    open: bool = False
    mark: str = ""
    mark_label: str = ""
    children: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An item that has a place among others. `key` comes back in the form."""

    key: str
    label: str
    icon: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Items in an order that can be changed: columns, facts, entries. `name` is that of its inputs.

    Without scripts the buttons "up", "down" and "remove" of each line post `do`; with them lines are dragged.
    `offers` are what can be added.
    """

    name: str
    title: str
    lines: tuple[Line, ...]
    offers: tuple[Option, ...] = ()
    add_label: str = ""
    hint: str = ""
    group: str = ""
    errors: tuple[str, ...] = ()
    widgets: tuple[Widget, ...] = ()

    @property
    def id(self) -> str:
        """The id of its first input, to which the summary of problems leads."""
        return f"f-{self.name}"


@dataclass(frozen=True, slots=True)
class Properties:
    """What can be set of the chosen node. `source` says which layer set it, and leads to each single property.

    `more` are the same properties in other languages, folded away; `entity` is what conditions are about.
    """

    title: str
    kind: str
    icon: str
    action: str
    widgets: tuple[Widget, ...]
    source: Option | None = None
    used: tuple[Option, ...] = ()
    actions: tuple[Action, ...] = ()
    preview_url: str = ""
    choices: Choices | None = None
    arrangements: tuple[Arrangement, ...] = ()
    more: tuple[Widget, ...] = ()
    more_title: str = ""
    entity: str = ""
    problems: tuple[ErrorLine, ...] = ()


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the preview of a list; `url` leads to its field."""

    label: str
    kind: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class TablePreview:
    """A list as people will see it, with the first of the real cards."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    text: str

    @property
    def lines(self) -> tuple[tuple[tuple[str, Cell], ...], ...]:
        """The rows, each cell with the class of its column."""
        kinds = [f"is-{column.kind}" for column in self.columns]
        return tuple(tuple(zip(kinds, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class CardPreview:
    """A card as people will see it."""

    title: str
    header: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StudioPage:
    """Tree left, preview in the middle, properties right."""

    shell: Shell
    title: str
    tab: IndexTab
    crumbs: tuple[Option, ...]
    tree: tuple[TreeNode, ...]
    modes: tuple[Option, ...]
    preview: tuple[FormTab, ...]
    draft: Draft
    properties: Properties | None = None
    actions: tuple[Action, ...] = ()
    table: TablePreview | None = None
    card: CardPreview | None = None
    arrange_url: str = ""
    field_url: str = ""
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class MenuPage:
    """The sidebar being arranged: a group of entries each."""

    shell: Shell
    title: str
    text: str
    action: str
    groups: tuple[Arrangement, ...]
    draft: Draft
    problems: tuple[ErrorLine, ...] = ()
    back_url: str = "/-/admin/"


@dataclass(frozen=True, slots=True)
class Word:
    """What could be written next in an expression; it takes the place of the last `typed` characters."""

    insert: str
    label: str
    hint: str = ""
    typed: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """What an expression gives for a card that is there."""

    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a condition or formula while it is typed. `place` marks the first wrong character."""

    good: bool
    text: str
    before: str = ""
    wrong: str = ""
    after: str = ""
    trials: tuple[Trial, ...] = ()
