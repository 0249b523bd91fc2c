"""What the templates of the journal and of what was retired are given."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.admin.contexts import Draft
from kartoteka.platform.web.contexts import Action, Shell


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
