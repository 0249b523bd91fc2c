"""What the templates of drafts, collisions and the journal's entries are given."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.admin.contexts import Draft
from kartoteka.platform.web.contexts import Action, ErrorLine, Option, Shell


@dataclass(frozen=True, slots=True)
class CollisionSide:
    """What one side says: `choice` comes back in the form, `label` says what choosing it means."""

    choice: str
    label: str
    value: str
    detail: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class CollisionLine:
    """A property that both sides have changed. `name` is the input's."""

    name: str
    thing: str
    what: str
    sides: tuple[CollisionSide, ...]


@dataclass(frozen=True, slots=True)
class CollisionsPage:
    """What collides, to be decided one by one; `links` lead to what has to be looked at first."""

    shell: Shell
    title: str
    text: str
    lines: tuple[CollisionLine, ...]
    action: str
    submit: str
    draft: Draft
    method: str = "post"
    problems: tuple[ErrorLine, ...] = ()
    links: tuple[Option, ...] = ()
    actions: tuple[Action, ...] = ()
    back_url: str = "/-/admin/"
    back_label: str = ""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft: what it would change, what it collides with, what can be done with it."""

    number: str
    title: str
    name: str
    when: str
    lines: tuple[str, ...]
    is_open: bool
    notes: tuple[str, ...]
    actions: tuple[Action, ...]
    rename_url: str


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """The drafts of a person, and a form for a new one."""

    shell: Shell
    title: str
    text: str
    drafts: tuple[DraftLine, ...]
    new_url: str
    name: str
    errors: tuple[str, ...]
    draft: Draft
    back_url: str = "/-/admin/"


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A publish: who, when, why, how long, and all of its sentences."""

    shell: Shell
    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    undone: Option | None
    undoes: Option | None
    actions: tuple[Action, ...]
    draft: Draft
    back_url: str
