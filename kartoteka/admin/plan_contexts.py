"""What the templates of a plan are given: what will change, and what is to be decided."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.platform.web.contexts import Action, IndexTab, Option, Shell, Widget


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
