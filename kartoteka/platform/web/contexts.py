"""View models of the shell and of the components: what the templates of this room are given.

Everything is text that is ready for its reader (translated, formatted) and everything is decided: the templates only
lay it out. A page's context extends none of these; it holds a `Shell` as `shell` and its own parts beside it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape
from msgspec import Struct

INPUTS: Final = {
    "text": ("text", "", ""),
    "password": ("password", "", ""),
    "number": ("text", "figure", "decimal"),
    "money": ("text", "figure", "decimal"),
    "percent": ("text", "figure", "decimal"),
    "duration": ("text", "figure", ""),
    "date": ("date", "", ""),
    "time": ("time", "", ""),
    "datetime": ("datetime-local", "", ""),
    "email": ("email", "", ""),
    "phone": ("tel", "", ""),
    "url": ("url", "", ""),
    "barcode": ("text", "code", ""),
}
"""Widgets that are one plain input: its type, its class and its inputmode."""

DENSITIES: Final = ("auto", "compact", "normal", "roomy")
"""Row heights of lists: auto is 28 px on a low screen and 32 on a high one; then 28, 32 and 40."""

THEMES: Final = ("auto", "light", "dark")


class IndexTab(Struct, frozen=True, cache_hash=True):
    """The index tab of a card file: what kind of card this is, in its colour. `colour` is of PALETTE."""

    label: str
    icon: str
    colour: str
    url: str = ""


class Action(Struct, frozen=True, cache_hash=True):
    """A thing a person can do here: a link (`method` "get") or a button that posts.

    `style` is "primary" (one a view), "plain", "quiet" or "danger". `shortcut` is what is shown of the key;
    `fields` are hidden inputs of the post. `name` is the element's hook for the scripts, e.g. "edit".
    """

    label: str
    url: str
    icon: str = ""
    method: str = "get"
    style: str = "plain"
    shortcut: str = ""
    confirm: str = ""
    name: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    icon_only: bool = False


class MenuEntry(Struct, frozen=True, cache_hash=True):
    """One line of the sidebar or of a menu. `count` is shown at its end where it is not empty."""

    label: str
    url: str
    icon: str
    colour: str = ""
    current: bool = False
    count: str = ""


class MenuGroup(Struct, frozen=True, cache_hash=True):
    """Entries of the sidebar under a small heading; without a label they stand by themselves."""

    entries: tuple[MenuEntry, ...]
    label: str = ""


class Person(Struct, frozen=True):
    """Who is logged in. `initials` has one or two letters; `colour` is of PALETTE."""

    name: str
    initials: str
    colour: str = "slate"
    detail: str = ""
    url: str = ""


class Option(Struct, frozen=True, cache_hash=True):
    """A value that can be chosen. `hint` is the second line that tells namesakes apart."""

    value: str
    label: str
    selected: bool = False
    colour: str = ""
    hint: str = ""
    disabled: bool = False


class Toast(Struct, frozen=True):
    """What has just happened. With `undo_url` it offers Undo (a post) and leaves after 10 s.

    `kind` is "done" or "error"; an error stays until it is closed.
    """

    text: str
    undo_url: str = ""
    kind: str = "done"


class Shell(Struct, frozen=True):
    """The frame round every page of a person who is logged in."""

    title: str
    product: str
    language: str
    csrf: str
    person: Person
    menu: tuple[MenuGroup, ...]
    create: tuple[MenuEntry, ...] = ()
    languages: tuple[Option, ...] = ()
    themes: tuple[Option, ...] = ()
    theme: str = "auto"
    folded: bool = False
    density: str = "auto"
    path: str = "/"
    inbox_url: str = ""
    inbox_count: str = ""
    search_url: str = "/-/search"
    quick_url: str = "/-/search/quick"
    search_text: str = ""
    preferences_url: str = "/-/preferences"
    logout_url: str = "/-/logout"
    studio: MenuEntry | None = None
    toasts: tuple[Toast, ...] = ()

    @property
    def entries(self) -> tuple[MenuEntry, ...]:
        """All entries of the menu without their groups, for the phone's sheet of lists."""
        return tuple(entry for group in self.menu for entry in group.entries)


class FileItem(Struct, frozen=True):
    """A stored file. `size` is text; `icon` a name of icons.txt; `thumbnail` an address or nothing."""

    id: str
    name: str
    url: str
    size: str = ""
    icon: str = "file"
    thumbnail: str = ""


class Widget(Struct, frozen=True):
    """One field of a form, ready to be drawn by the macro `kind` of components/widgets.html.

    `value` is the text in the input as the person would type it; `shown` is the text to read (a link's title, a
    formatted number). `span` is 1 or 2 columns of the form.
    `gear_url` is where an administrator changes the field itself. `refresh_url` makes a change of this field fetch the
    form anew, because conditions depend on it.
    """

    kind: str
    name: str
    label: str
    value: str = ""
    shown: str = ""
    help: str = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    required: bool = False
    read_only: bool = False
    wanted: bool = False
    autofocus: bool = False
    span: int = 1
    unit: str = ""
    max_length: int | None = None
    minimum: str = ""
    maximum: str = ""
    step: str = ""
    rows: int = 4
    placeholder: str = ""
    autocomplete: str = ""
    accept: str = ""
    multiple: bool = False
    url: str = ""
    pick_url: str = ""
    create_label: str = ""
    tab: IndexTab | None = None
    files: tuple[FileItem, ...] = ()
    refresh_url: str = ""
    gear_url: str = ""

    @property
    def id(self) -> str:
        """The id of the element that takes the focus; error summaries link to it."""
        return f"f-{self.name}"

    @property
    def macro(self) -> str:
        """The macro that draws it: what can't be changed is read as text, whatever its type."""
        if self.read_only:
            return "readonly"
        return "input" if self.kind in INPUTS else self.kind

    @property
    def input_type(self) -> str:
        """The type of a plain input."""
        return INPUTS[self.kind][0]

    @property
    def input_css(self) -> str:
        """The class of a plain input."""
        return INPUTS[self.kind][1]

    @property
    def described(self) -> Markup:
        """The attributes that tie help and errors to the input, for screen readers."""
        ids = [f"{self.id}-{part}" for part, there in (("help", self.help), ("error", self.errors)) if there]
        described = f' aria-describedby="{" ".join(ids)}"' if ids else ""
        return Markup(described + (' aria-invalid="true"' if self.errors else ""))  # noqa: S704 (names are keys)

    @property
    def attributes(self) -> Markup:
        """Identity, constraints and descriptions as HTML attributes of the input."""
        texts = (self.minimum, self.maximum, self.step, self.placeholder, self.autocomplete, self.refresh_url)
        given = _attributes(self.kind, self.name, self.max_length, texts, self.required, self.autofocus)
        return given + self.described if self.help or self.errors else given


@lru_cache(maxsize=5000)
def _attributes(
    kind: str, name: str, max_length: int | None, texts: tuple[str, ...], required: bool, autofocus: bool
) -> Markup:
    """Return what is the same for a field in every form."""
    minimum, maximum, step, placeholder, autocomplete, refresh_url = texts
    pairs = (
        ("inputmode", INPUTS[kind][2] if kind in INPUTS else ""),
        ("maxlength", "" if max_length is None else str(max_length)),
        ("min", minimum),
        ("max", maximum),
        ("step", step),
        ("placeholder", placeholder),
        ("autocomplete", autocomplete or "off"),
        ("data-refresh", refresh_url),
    )
    given = "".join(f' {key}="{escape(value)}"' for key, value in pairs if value)
    flags = (" required" if required else "") + (" autofocus" if autofocus else "")
    return Markup(f'id="f-{escape(name)}" name="{escape(name)}"{given}{flags}')  # noqa: S704 (escaped above)


class Cell(Struct, frozen=True):
    """One value in a list, on a card or in a report, drawn by the macro `kind` of components/cells.html.

    Kinds: text, number, date, boolean, choice, choices, link, email, phone, url, person, rating, tags, file, image,
    progress. `tone` is "", "late", "loss" or "quiet". `level` and `top` are a rating's stars, or a progress in percent.
    """

    kind: str
    text: str = ""
    url: str = ""
    colour: str = ""
    initials: str = ""
    tone: str = ""
    on: bool = False
    level: int = 0
    top: int = 5
    tab: IndexTab | None = None
    items: tuple[Option, ...] = ()


class Empty(Struct, frozen=True):
    """What stands where there is nothing. `kind` is "nothing_yet", "no_match" or "no_right"."""

    kind: str
    title: str
    text: str
    icon: str
    actions: tuple[Action, ...] = ()


class ErrorLine(Struct, frozen=True):
    """One line of the summary over a form; `target` is the id of the input, or nothing."""

    text: str
    target: str = ""


class Pager(Struct, frozen=True):
    """Next and previous by keyset; an empty address is an end. `text` is e.g. "1-50 of 10,000+"."""

    text: str
    previous_url: str = ""
    next_url: str = ""
    exact_url: str = ""


class LoginPage(Struct, frozen=True):
    """The way in. In the demo, `demo` holds one-press entries (name of the login, sentence)."""

    product: str
    language: str
    csrf: str
    action: str
    languages: tuple[Option, ...]
    login: Widget
    password: Widget
    error: str = ""
    demo: tuple[Option, ...] = ()
    theme: str = "auto"
    note: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


class ErrorPage(Struct, frozen=True):
    """A page that can't be shown: what happened, and what can be done. `status` is the HTTP status."""

    status: int
    title: str
    text: str
    icon: str
    product: str
    language: str
    actions: tuple[Action, ...] = ()
    lines: tuple[ErrorLine, ...] = ()
    reference: str = ""
    theme: str = "auto"
