"""What the templates of people and their rights are given."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.admin.contexts import Draft, SheetSection
from kartoteka.platform.web.contexts import Action, ErrorLine, Option, Person, Shell, Widget


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
    """A matrix of rights: of a role over card types, or over the fields of one.

    `notes` are what these rights let people see by a detour; each leads to where that is decided.
    """

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
    notes: tuple[Option, ...] = ()


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
