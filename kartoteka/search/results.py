"""The answer to a search as a page, and the panel under the search box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from kartoteka.metadata.definitions import Entity
from kartoteka.metadata.problems import NotFound
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Empty, Pager
from kartoteka.platform.web.shell import make_shell, page, readable
from kartoteka.platform.web.visits import Visit
from kartoteka.search.commands import commands
from kartoteka.search.contexts import Facet, QuickPanel, ResultsPage
from kartoteka.search.finder import finder_of
from kartoteka.search.finding import MOST_FOUND, Answer, suggest
from kartoteka.search.hits import full_hits, short_hits
from kartoteka.search.terms import LONGEST_QUESTION

HITS = 20
QUICK_HITS = 6
COUNT_TO = 100
"""Hits of one kind that are counted."""


def show_results(unit: Unit, visit: Visit) -> Response:
    """Show what a search finds. Raises NotFound for a kind of card that the person can't read."""
    asked = _asked(unit, visit)
    finder = finder_of(visit.runtime)
    offset = (asked.page - 1) * HITS
    keys = tuple(each.key for each in asked.entities)
    # The kinds are counted over everything, so that one can go from one to another.
    everything = finder.search(
        unit, visit.actor, asked.text, keys, limit=HITS, offset=0 if asked.kind else offset, count_to=COUNT_TO
    )
    answer = everything
    if asked.kind:
        answer = finder.search(unit, visit.actor, asked.text, (asked.kind,), limit=HITS, offset=offset)
    return page(visit, "search/results.html", _results(unit, visit, asked, answer, everything.counts))


def show_quick(unit: Unit, visit: Visit) -> Response:
    """Show the first hits, and the commands that are called so, while somebody types."""
    text = _text(visit)
    finder = finder_of(visit.runtime)
    keys = tuple(each.key for each in readable(unit, visit))
    answer = finder.search(unit, visit.actor, text, keys, limit=QUICK_HITS)
    panel = QuickPanel(
        query=text,
        commands=commands(unit, visit, text),
        hits=short_hits(unit, visit, answer.found),
        all_url=f"/-/search?{urlencode({'q': text})}",
        all_label=visit.say("All results for “%(text)s”") % {"text": text},
    )
    return HTMLResponse(visit.runtime.templates.render("search/_quick.html", visit.language, {"panel": panel}))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for: the text, which kind of card alone, which page; and the kinds there are."""

    text: str
    kind: str
    page: int
    entities: tuple[Entity, ...]

    def url(self, kind: str = "", number: int = 1) -> str:
        """Return the address of another kind or page."""
        given = {"q": self.text, "kind": kind, "page": str(number) if number > 1 else ""}
        return "/-/search?" + urlencode({name: value for name, value in given.items() if value})


def _asked(unit: Unit, visit: Visit) -> _Asked:
    parameters = visit.request.query_params
    entities = tuple(readable(unit, visit))
    kind = parameters.get("kind", "")
    if kind and kind not in {each.key for each in entities}:
        raise NotFound("query.unknown_entity", name=kind)
    number = parameters.get("page", "")
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    return _Asked(_text(visit), kind, min(max(place, 1), MOST_FOUND // HITS), entities)


def _text(visit: Visit) -> str:
    return visit.request.query_params.get("q", "").strip()[:LONGEST_QUESTION]


def _results(unit: Unit, visit: Visit, asked: _Asked, answer: Answer, counts: Mapping[str, int]) -> ResultsPage:
    finder = finder_of(visit.runtime)
    keys = tuple(each.key for each in asked.entities)
    other = (
        suggest(finder.index, unit, visit.actor, asked.text, keys) if asked.text and not any(counts.values()) else ""
    )
    return ResultsPage(
        shell=make_shell(unit, visit, asked.text or visit.say("Search")),
        query=asked.text,
        summary=visit.say("Results for “%(text)s”") % {"text": asked.text} if asked.text else visit.say("Search"),
        hits=full_hits(unit, visit, finder.index, answer.found, asked.text),
        facets=tuple(_facets(visit, asked, counts)),
        pager=_pager(visit, asked, answer, counts),
        lag=_lag(visit, answer),
        suggestion=other,
        suggestion_url=f"/-/search?{urlencode({'q': other})}" if other else "",
        empty=None if answer.found else _empty(visit, asked.text),
    )


def _facets(visit: Visit, asked: _Asked, counts: Mapping[str, int]) -> Iterator[Facet]:
    """Yield the kinds among the hits; where there is only one, there is nothing to choose."""
    found = [each for each in asked.entities if counts.get(each.key)]
    if len(found) < 2 and not asked.kind:
        return
    yield Facet(visit.say("Everything"), _total(visit, counts), asked.url(), "", not asked.kind)
    for each in found:
        yield Facet(
            each.names(visit.language),
            _total(visit, {each.key: counts[each.key]}),
            asked.url(each.key),
            each.colour,
            asked.kind == each.key,
        )


def _total(visit: Visit, counts: Mapping[str, int]) -> str:
    capped = any(count >= COUNT_TO for count in counts.values())
    return visit.actor.locale.number(sum(counts.values())) + ("+" if capped else "")


def _pager(visit: Visit, asked: _Asked, answer: Answer, counts: Mapping[str, int]) -> Pager:
    if not answer.found:
        return Pager("")
    total = _total(visit, {asked.kind: counts.get(asked.kind, 0)} if asked.kind else counts)
    first = (asked.page - 1) * HITS + 1
    text = visit.say("%(first)s–%(last)s of %(total)s")
    return Pager(
        text % {"first": first, "last": first + len(answer.found) - 1, "total": total},
        asked.url(asked.kind, asked.page - 1) if asked.page > 1 else "",
        asked.url(asked.kind, asked.page + 1) if answer.more else "",
    )


def _lag(visit: Visit, answer: Answer) -> str:
    if answer.by_sql:
        return visit.say(
            "The search index is being built. Until then only titles and the fields of lists are searched."
        )
    return visit.say("The newest cards were looked up apart; the index is catching up.") if answer.lagging else ""


def _empty(visit: Visit, text: str) -> Empty:
    if not text:
        return Empty(
            "nothing_yet",
            visit.say("What are you looking for?"),
            visit.say("Type a name, a number, a phone or any word of a card."),
            "search",
        )
    return Empty(
        "no_match",
        visit.say("Nothing found"),
        visit.say("Check the spelling, or try fewer or other words."),
        "search-off",
    )
