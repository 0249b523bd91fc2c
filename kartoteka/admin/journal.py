"""The journal: every publish, by whom, what and why, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from kartoteka.admin.desk import JOURNAL_URL, Desk, calm_desk
from kartoteka.admin.history_contexts import JournalLine, JournalPage
from kartoteka.admin.merge_contexts import EntryPage
from kartoteka.platform.journal import Entry, entries, entry_of
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, Option
from kartoteka.platform.web.shell import make_shell, page
from kartoteka.platform.web.visits import Visit, read_number

MOST_ENTRIES = 50
MOST_LINES = 6
UNKNOWN = "journal.unknown"


def show_journal(unit: Unit, visit: Visit) -> Response:
    """Show the newest publishes, or those before the number that is asked for."""
    desk = calm_desk(unit, visit)
    before = visit.request.query_params.get("before", "")
    found = entries(unit.connection, MOST_ENTRIES + 1, read_number(before, UNKNOWN) if before else None)
    context = JournalPage(
        shell=make_shell(unit, visit, desk.say("Journal")),
        title=desk.say("Journal"),
        text=desk.say("Every change of the configuration. Any of them can be taken back."),
        entries=tuple(_line(desk, entry) for entry in found[:MOST_ENTRIES]),
        draft=desk.draft_bar(),
        older_url=f"{JOURNAL_URL}?before={found[MOST_ENTRIES - 1].number}" if len(found) > MOST_ENTRIES else "",
    )
    return page(visit, "admin/journal.html", context)


def _line(desk: Desk, entry: Entry) -> JournalLine:
    return JournalLine(
        number=str(entry.number),
        url=f"{JOURNAL_URL}/{entry.number}",
        when=desk.visit.actor.locale.datetime(entry.at),
        who=entry.actor,
        lines=desk.shortened(told_changes(desk, entry), MOST_LINES),
        note=" · ".join(_notes(desk, entry)),
        undo_url=f"{JOURNAL_URL}/{entry.number}/undo" if entry.undone_by is None else "",
        is_undone=entry.undone_by is not None,
    )


def told_changes(desk: Desk, entry: Entry) -> tuple[str, ...]:
    """Return what a publish changed, in sentences."""
    told = tuple(desk.told(change.describe()) for change in entry.changes)
    return told or (desk.say("Packages were applied; nothing that is in force changed."),)


def _notes(desk: Desk, entry: Entry) -> Iterator[str]:
    if entry.undoes is not None:
        yield desk.say("takes back No. %(number)s") % {"number": entry.undoes}
    if entry.undone_by is not None:
        yield desk.say("taken back by No. %(number)s") % {"number": entry.undone_by}
    if entry.why:
        yield entry.why


def show_entry(unit: Unit, visit: Visit) -> Response:
    """Show one publish with all that it changed."""
    entry = entry_of(unit.connection, read_number(str(visit.path["number"]), UNKNOWN))
    desk = calm_desk(unit, visit)
    title = desk.say("No. %(number)s") % {"number": entry.number}
    url = f"{JOURNAL_URL}/{entry.number}/undo"
    undo = Action(f"{desk.say('Undo')} …", url, "arrow-back-up", style="primary", name="undo")
    again = Action(desk.say("Make it again …"), url, "refresh", style="primary", name="undo")
    context = EntryPage(
        shell=make_shell(unit, visit, f"{desk.say('Journal')} · {title}"),
        title=title,
        facts=tuple(_facts(desk, entry)),
        lines=told_changes(desk, entry),
        undone=_link(desk, desk.say("taken back by No. %(number)s"), entry.undone_by),
        undoes=_link(desk, desk.say("takes back No. %(number)s"), entry.undoes),
        actions=() if entry.undone_by else (again if entry.undoes else undo,),
        draft=desk.draft_bar(),
        back_url=JOURNAL_URL,
    )
    return page(visit, "admin/entry.html", context)


def _link(desk: Desk, text: str, number: int | None) -> Option | None:
    return Option(f"{JOURNAL_URL}/{number}", text % {"number": number}) if number is not None else None


def _facts(desk: Desk, entry: Entry) -> Iterator[tuple[str, str]]:
    locale = desk.visit.actor.locale
    yield desk.say("When"), locale.datetime(entry.at)
    yield desk.say("Who"), entry.actor
    if entry.why:
        yield desk.say("Why"), entry.why
    yield desk.say("Took"), desk.say("%(count)s ms") % {"count": locale.number(entry.milliseconds)}
    yield desk.say("Configuration"), f"{entry.hash_before[:12]} → {entry.hash_after[:12]}"
