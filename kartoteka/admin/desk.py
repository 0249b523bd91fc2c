"""The desk: what every page of the studio is made from, the catalog as the person wants it before all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kartoteka.admin.contexts import Draft
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import Change
from kartoteka.metadata.conversions import Decision
from kartoteka.metadata.definitions import Entity, Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict, Message, NotFound, Problem, Refused
from kartoteka.platform import drafts
from kartoteka.platform.access import AccessBook
from kartoteka.platform.carrying_over import wanted
from kartoteka.platform.preparing import store
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import ErrorLine
from kartoteka.platform.web.sentences import sentence
from kartoteka.platform.web.visits import Visit

DRAFT_URL = "/-/admin/draft"
DRAFTS_URL = "/-/admin/drafts"
PUBLISHING_URL = "/-/admin/publishing"
JOURNAL_URL = "/-/admin/journal"


@dataclass(frozen=True, slots=True)
class Desk:
    """A visit to the studio: the unit, the catalog as wanted, the changes that lead there, what was refused."""

    unit: Unit
    visit: Visit
    catalog: Catalog
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """What the person has decided of values, by `entity.field`."""
    name: str = ""
    """What the open draft is called; empty for one without a name."""
    drafts: int = 0
    """How many drafts the person has."""

    @property
    def language(self) -> str:
        """The person's language."""
        return self.visit.language

    @property
    def is_refused(self) -> bool:
        """True when what was sent is shown again."""
        return bool(self.problems)

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        return 422 if self.is_refused else 200

    def say(self, text: str) -> str:
        """Return one of the product's own texts in the person's language."""
        return self.visit.say(text)

    def told(self, item: Problem | Message) -> str:
        """Return a problem or a message as a sentence that calls things as the draft does."""
        gettext = self.visit.runtime.templates.gettext(self.language)
        return sentence(item, self.language, gettext, self.catalog)

    def ngettext(self, one: str, several: str, number: int) -> str:
        """Return a count in words; the texts, for one and for several, have the gap `%(count)s`."""
        translations = self.visit.runtime.templates.translations[self.language]
        return translations.ngettext(one, several, number) % {"count": self.visit.actor.locale.number(number)}

    def shortened(self, lines: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Return lines, the last ones counted where there are more than `most`."""
        if len(lines) <= most:
            return lines
        rest = len(lines) - most + 1
        return (*lines[: most - 1], self.ngettext("and %(count)s more", "and %(count)s more", rest))

    def entity(self, key: str) -> Entity:
        """Return a card type. Raises NotFound."""
        found = self.catalog.entity_named(key)
        if found is None:
            raise NotFound("query.unknown_entity", name=key)
        return found

    def draft_bar(self) -> Draft:
        """Return the bar of unpublished changes, or of the publish that is under way: nothing else can be done then."""
        begun = store.open_one(self.unit.connection)
        if begun is not None:
            text = self.say("%(who)s is publishing") % {"who": begun.actor}
            return Draft(publishing=text, publishing_url=f"{PUBLISHING_URL}/{begun.id}")
        count = len(self.changes)
        if not count:
            return Draft()
        text = self.ngettext("%(count)s unpublished change", "%(count)s unpublished changes", count)
        others = self.ngettext("%(count)s draft", "%(count)s drafts", self.drafts) if self.drafts > 1 else ""
        return Draft(text, DRAFT_URL, f"{DRAFT_URL}/publish", f"{DRAFT_URL}/discard", self.name, others, DRAFTS_URL)

    def errors(self, root: str = "") -> dict[str, tuple[str, ...]]:
        """Return what is wrong by input: by the first name of the pointer behind `root`, else by the field."""
        found: dict[str, tuple[str, ...]] = {}
        for problem in self.problems:
            name = place_of(problem, root)
            found[name] = (*found.get(name, ()), self.told(problem))
        return found

    def summary(self, root: str = "", shown: frozenset[str] = frozenset()) -> tuple[ErrorLine, ...]:
        """Return the problems as lines; those at an input that is `shown` lead to it."""
        return tuple(self._lines(root, shown))

    def _lines(self, root: str, shown: frozenset[str]) -> Iterator[ErrorLine]:
        for problem in self.problems:
            name = place_of(problem, root)
            yield ErrorLine(self.told(problem), f"f-{name}" if name in shown else "")


CODES = {"plan.no_conversion": "type", "plan.not_unique": "unique", "field.duplicate": "key"}
"""Inputs to which problems belong that name the field as a whole."""


def place_of(problem: Problem, root: str) -> str:
    """Return the input to which a problem belongs; empty where it belongs to none of this page."""
    if problem.code in CODES:
        return CODES[problem.code]
    pointer = problem.pointer or ""
    if problem.file is not None and not pointer.startswith(root):
        return ""
    return pointer.removeprefix(root).strip("/").split("/")[0]


def open_desk(unit: Unit, visit: Visit, refused: Refused | None = None) -> Desk:
    """Return the desk of the person who visits. Raises Conflict where the draft collides with what others published."""
    draft = drafts.current(unit, visit.person)
    catalog = wanted(unit, draft)
    changes = diff(unit.model.catalog, catalog)
    problems = refused.problems if refused else ()
    return Desk(unit, visit, catalog, changes, problems, draft.decisions, draft.name, draft.siblings)


def calm_desk(unit: Unit, visit: Visit, refused: Refused | None = None) -> Desk:
    """Return the desk for pages that work whatever the draft collides with: over what is in force in that case."""
    try:
        return open_desk(unit, visit, refused)
    except (Conflict, Refused):
        return Desk(unit, visit, unit.model.catalog, (), refused.problems if refused else ())


def as_wanted(desk: Desk) -> Unit:
    """Return the unit with the wanted catalog in place of the one in force: for layouts, not for reading records."""
    model = replace(desk.unit.model, catalog=desk.catalog, access=AccessBook(desk.catalog))
    return replace(desk.unit, model=model)


def entity_identity(key: str) -> Identity:
    """Return the identity of a card type."""
    return Identity("entity", "", key)
