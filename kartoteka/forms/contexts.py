"""View models of the record screens: list, card, form and Today."""

from __future__ import annotations

from msgspec import Struct

from kartoteka.platform.web.contexts import (
    Action,
    Cell,
    Empty,
    ErrorLine,
    IndexTab,
    Option,
    Pager,
    Shell,
    Widget,
)


class ViewTab(Struct, frozen=True):
    """A saved view of a list, shown as a tab."""

    label: str
    url: str
    current: bool = False
    count: str = ""


class Chip(Struct, frozen=True):
    """A filter in force, in words; `remove_url` is the list without it, `edit_url` its builder."""

    text: str
    remove_url: str
    edit_url: str = ""


class Column(Struct, frozen=True):
    """A column of a list. `sort` is "", "asc" or "desc"; without `sort_url` it can't be sorted.

    `phone` is the place in the two-line row of a phone: "lead", "second", "aside", or "" for not shown.
    """

    key: str
    label: str
    kind: str = "text"
    sort: str = ""
    sort_url: str = ""
    phone: str = ""
    gear_url: str = ""

    @property
    def css(self) -> str:
        """The classes of its cells: alignment by kind, place on the phone."""
        return f"is-{self.kind}" + (f" ph-{self.phone}" if self.phone else "")

    @property
    def aria_sort(self) -> str:
        """The value of aria-sort."""
        return {"asc": "ascending", "desc": "descending"}.get(self.sort, "none")


class Row(Struct, frozen=True):
    """A record in a list. `cells` stand in the order of the columns; `name` is said by its check box."""

    id: str
    url: str
    name: str
    cells: tuple[Cell, ...]
    tone: str = ""


class ListPage(Struct, frozen=True):
    """A list with its saved views, filters, rows and what can be done with the chosen rows.

    `url` is the list's own address (the fragment `#list` is fetched from it), `bulk_url` takes the chosen ids as
    `id`, and the action as `do`.
    """

    shell: Shell
    tab: IndexTab
    views: tuple[ViewTab, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager
    url: str
    bulk_url: str = ""
    chips: tuple[Chip, ...] = ()
    clear_url: str = ""
    filter_url: str = ""
    columns_url: str = ""
    query: str = ""
    actions: tuple[Action, ...] = ()
    downloads: tuple[Action, ...] = ()
    bulk: tuple[Action, ...] = ()
    empty: Empty | None = None
    notice: str = ""

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the cells of each row."""
        return tuple(column.css for column in self.columns)


class Fact(Struct, frozen=True):
    """A labelled value on a card. With `edit_url` it is edited in place; at `gear_url` the field itself is changed."""

    key: str
    label: str
    cell: Cell
    edit_url: str = ""
    gear_url: str = ""

    @property
    def id(self) -> str:
        """The id of its row, the target when it is edited in place."""
        return f"fact-{self.key}"


class FactEdit(Struct, frozen=True):
    """A fact while it is edited in place: its widget, where it is saved and how to get out."""

    id: str
    widget: Widget
    save_url: str
    cancel_url: str
    csrf: str
    version: str


class FactGroup(Struct, frozen=True):
    """Facts under a heading; groups after the first few start closed."""

    title: str
    facts: tuple[Fact, ...]
    open: bool = True


class TimelineItem(Struct, frozen=True):
    """One event: `kind` is "call", "note", "task", "mail", "change" or "file"."""

    id: str
    kind: str
    icon: str
    who: str
    what: str
    when: str
    moment: str
    text: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    tone: str = ""


class RelatedItem(Struct, frozen=True):
    """A record in a related list."""

    title: str
    url: str
    detail: str = ""
    aside: str = ""
    state: Cell | None = None


class RelatedList(Struct, frozen=True):
    """Records that point here. `count` is text, for it may be capped."""

    tab: IndexTab
    items: tuple[RelatedItem, ...]
    count: str = ""
    all_url: str = ""
    new_url: str = ""
    new_label: str = ""
    nothing: str = ""


class NextStep(Struct, frozen=True):
    """What has been agreed to happen next; `late` is amber."""

    text: str
    when: str
    done_url: str
    late: bool = False


class Composer(Struct, frozen=True):
    """Writing down a call, a note or a task, with the next step, in one submit."""

    action: str
    kinds: tuple[Option, ...]
    text: Widget
    next_text: Widget
    next_date: Widget
    csrf: str


class Neighbour(Struct, frozen=True):
    """A line of the drawer: the list from which this card was opened."""

    title: str
    detail: str
    url: str
    current: bool = False


class CardPage(Struct, frozen=True):
    """All that is known of one record."""

    shell: Shell
    tab: IndexTab
    title: str
    facts: tuple[Fact, ...]
    groups: tuple[FactGroup, ...]
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    call: Action | None = None
    subtitle: str = ""
    next_step: NextStep | None = None
    composer: Composer | None = None
    timeline: tuple[TimelineItem, ...] = ()
    older_url: str = ""
    related: tuple[RelatedList, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    neighbours_title: str = ""
    neighbours_url: str = ""
    notice: str = ""


class FormSection(Struct, frozen=True):
    """Fields under a heading. `errors` is the number of fields in it that need mending, as text."""

    key: str
    title: str
    widgets: tuple[Widget, ...]
    hint: str = ""
    errors: str = ""

    @property
    def id(self) -> str:
        """The id that the index of sections links to."""
        return f"s-{self.key}"


class FormTab(Struct, frozen=True):
    """Sections under one heading of the index."""

    title: str
    sections: tuple[FormSection, ...]


class ConflictLine(Struct, frozen=True):
    """A field that someone else has changed meanwhile: both values, and which to keep."""

    name: str
    label: str
    mine: str
    theirs: str


class FormPage(Struct, frozen=True):
    """A record being created or edited. `rendered` names the fields that the post will bring."""

    shell: Shell
    tab: IndexTab
    title: str
    action: str
    cancel_url: str
    tabs: tuple[FormTab, ...]
    version: str = ""
    rendered: tuple[str, ...] = ()
    problems: tuple[ErrorLine, ...] = ()
    problems_title: str = ""
    conflicts: tuple[ConflictLine, ...] = ()
    conflict_text: str = ""
    all_fields_url: str = ""
    save_label: str = ""
    also: tuple[Option, ...] = ()
    notice: str = ""

    @property
    def has_files(self) -> bool:
        """True where files may go along; without any, a form of hundreds of fields is sent in a lighter way."""
        sections = (section for tab in self.tabs for section in tab.sections)
        return any(widget.kind in ("file", "image") for section in sections for widget in section.widgets)


class TodayItem(Struct, frozen=True):
    """Something to do: its text, the record it is about and how to reach the person."""

    id: str
    text: str
    when: str
    moment: str
    icon: str
    done_url: str
    about: Cell
    phone: Cell | None = None
    late: bool = False


class TodayGroup(Struct, frozen=True):
    """Things to do under a heading: overdue, due today, later this week."""

    title: str
    items: tuple[TodayItem, ...]
    count: str
    tone: str = ""


class TodayStage(Struct, frozen=True):
    """My open deals in one stage. `share` (0-100) is the length of its bar."""

    label: str
    colour: str
    count: str
    amount: str
    share: int
    url: str


class TodayPage(Struct, frozen=True):
    """The home page: what to do now, what is open and what was looked at."""

    shell: Shell
    greeting: str
    date: str
    groups: tuple[TodayGroup, ...]
    stages: tuple[TodayStage, ...] = ()
    stages_title: str = ""
    stages_total: str = ""
    stages_url: str = ""
    recent: tuple[RelatedItem, ...] = ()
    recent_tabs: tuple[IndexTab, ...] = ()
    empty: Empty | None = None
