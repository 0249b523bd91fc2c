"""What the templates of backups are given."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.admin.contexts import Draft
from kartoteka.platform.web.contexts import Action, ErrorLine, Shell


@dataclass(frozen=True, slots=True)
class BackupLine:
    """A stored backup. `trouble` is what is wrong with it, `verified` when somebody found that all of it is well."""

    when: str
    text: str = ""
    verified: str = ""
    trouble: str = ""
    is_busy: bool = False
    """Somebody is reading it."""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupsPage:
    """The stored backups, the newest first. `running` tells of one that is being made; `empty` where there is none.

    `command` puts the newest one into a new folder. `refresh_url` is empty where nothing is under way.
    """

    shell: Shell
    title: str
    text: str
    where: str
    next: str
    actions: tuple[Action, ...]
    schedule_action: Action
    lines: tuple[BackupLine, ...]
    running: str
    empty: str
    command: str
    replacing: str
    draft: Draft
    problems: tuple[ErrorLine, ...] = ()
    refresh_url: str = ""
    back_url: str = "/-/admin/"
