"""View models of search: hits, the kinds they are of, and the quick panel under the box."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from kartoteka.platform.web.contexts import Cell, Empty, IndexTab, MenuEntry, Pager, Shell


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. `snippet` is escaped text in which the words are in <mark>."""

    tab: IndexTab
    title: Markup
    url: str
    snippet: Markup
    facts: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """A kind of card among the hits, to narrow to."""

    label: str
    count: str
    url: str
    colour: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The answer to a search. `lag` says that the newest cards were looked up apart."""

    shell: Shell
    query: str
    summary: str
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    pager: Pager
    lag: str = ""
    suggestion: str = ""
    suggestion_url: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class QuickPanel:
    """The first few hits while one types, after places to go to. `all_url` is the whole answer."""

    query: str
    hits: tuple[Hit, ...]
    all_url: str
    all_label: str
    commands: tuple[MenuEntry, ...] = ()
