"""View models of the studio: the tree, the preview, the properties, the draft and the plan."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.forms.contexts import Fact, FormTab
from kartoteka.platform.web.contexts import Action, Cell, ErrorLine, IndexTab, Option, Person, Shell, Widget


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
class Mending:
    """A value that can't be converted whole: `old` names it, `value` is what a person has said it means."""

    old: str
    shown: str
    count: str
    problem: str
    value: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Deciding:
    """What a person decides of the values of a field: in place, or in a workbook that is sent back."""

    name: str
    url: str
    widgets: tuple[Widget, ...]
    mendings: tuple[Mending, ...]
    workbook_url: str
    upload_url: str


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A change in a sentence. `risk` is "none", "note", "loss" or "blocked"; `effect` counts the real data."""

    icon: str
    sentence: str
    risk: str
    risk_label: str
    effect: str = ""
    samples: tuple[tuple[str, str, str], ...] = ()
    """How many cards, a value now, the value after."""
    deciding: Deciding | None = None
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """Changes of one card type."""

    tab: IndexTab
    changes: tuple[PlanChange, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What will change, whom it touches, and the one button that does it."""

    shell: Shell
    title: str
    summary: str
    counts: tuple[Option, ...]
    groups: tuple[PlanGroup, ...]
    publish_url: str
    expected: str
    back_url: str
    confirm: Widget | None = None
    blocked: str = ""
    duration: str = ""
    downloads: tuple[Action, ...] = ()
    publish_label: str = ""
    actions: tuple[Action, ...] = ()
    why: Widget | None = None
    hidden: tuple[tuple[str, str], ...] = ()


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


@dataclass(frozen=True, slots=True)
class RightsRow:
    """A card type, or a field, and what a role may do with it; `widgets` stand in the order of the columns."""

    label: str
    icon: str
    colour: str
    widgets: tuple[Widget, ...]
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RightsPage:
    """A matrix of rights: of a role over card types, or over the fields of one."""

    shell: Shell
    title: str
    text: str
    action: str
    columns: tuple[str, ...]
    rows: tuple[RightsRow, ...]
    draft: Draft
    back_url: str
    back_label: str
    sections: tuple[SheetSection, ...] = ()
    actions: tuple[Action, ...] = ()
    problems: tuple[ErrorLine, ...] = ()
    entity: str = ""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A publish: when, by whom, what; `undo_url` where it can be taken back, `is_undone` where it has been."""

    number: str
    url: str
    when: str
    who: str
    lines: tuple[str, ...]
    note: str = ""
    undo_url: str = ""
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class JournalPage:
    """The history of the configuration, the newest first."""

    shell: Shell
    title: str
    text: str
    entries: tuple[JournalLine, ...]
    draft: Draft
    older_url: str = ""
    back_url: str = "/-/admin/"


@dataclass(frozen=True, slots=True)
class RetiredLine:
    """A field or card type that was retired. `kept` counts its data, e.g. "12 values"."""

    label: str
    kind: str
    key: str
    when: str
    who: str
    kept: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RetiredPage:
    """Everything that was retired and is kept; `empty` is said where there is nothing."""

    shell: Shell
    title: str
    text: str
    lines: tuple[RetiredLine, ...]
    empty: str
    draft: Draft
    back_url: str = "/-/admin/"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody who works here."""

    person: Person
    url: str
    email: str
    roles: str
    language: str
    active: bool
    state: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody who works here."""

    shell: Shell
    title: str
    text: str
    people: tuple[PersonLine, ...]
    draft: Draft
    actions: tuple[Action, ...] = ()
    back_url: str = "/-/admin/"


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
