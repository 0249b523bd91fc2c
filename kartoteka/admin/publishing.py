"""A publish over big tables: how far it is, and calling it off. The page looks again by itself."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from kartoteka.admin.desk import DRAFT_URL, JOURNAL_URL, PUBLISHING_URL
from kartoteka.metadata.problems import Conflict
from kartoteka.platform.journal import Entry
from kartoteka.platform.plans import Plan
from kartoteka.platform.preparing import publications, store
from kartoteka.platform.preparing.publications import Begun
from kartoteka.platform.preparing.store import Preparation
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, Toast
from kartoteka.platform.web.errors import say_problem
from kartoteka.platform.web.job_views import JobPage
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit, read_number

HOME = "/-/admin/"


def publish(
    visit: Visit, plan: Plan, *, why: str = "", undoes: int | None = None, draft_id: int | None = None
) -> Entry | Begun | None:
    """Publish in the name of the person who visits; begin with it where it takes long. None where nothing differs.

    `draft_id` is the draft that ends with it.
    """
    return publications.publish_or_begin(
        visit.runtime.database, plan, actor=visit.actor.name, why=why, undoes=undoes, draft_id=draft_id
    )


def published(visit: Visit, done: Entry | Begun | None, url: str, text: str) -> Response:
    """Go on after a publish: to `url` with the way back, or to where one sees how far it is."""
    if isinstance(done, Begun):
        return redirect(f"{PUBLISHING_URL}/{done.id}")
    if done is None:
        return redirect(url, Toast(visit.say("Nothing had changed")))
    return redirect(url, Toast(text, f"{JOURNAL_URL}/{done.number}/undo"))


def show_publishing(unit: Unit, visit: Visit) -> Response:
    """Show how far a publish is."""
    found = _find(unit, visit)
    title = visit.say("Publishing") if found.is_open else visit.say("Published")
    if found.status in ("cancelled", "refused"):
        title = visit.say("Not published")
    done, total = publications.progress_of(found)
    context = JobPage(
        shell=make_shell(unit, visit, title),
        title=title,
        text=" ".join(_told(visit, found)),
        icon={"published": "check", "cancelled": "x", "refused": "alert-circle"}.get(found.status, "hourglass"),
        percent=min(99, 100 * done // total) if found.status == "preparing" else None,
        refresh_url=f"{PUBLISHING_URL}/{found.id}" if found.is_open else "",
        actions=tuple(_actions(visit, found)),
    )
    return page(visit, "_job.html" if visit.is_fragment else "job.html", context)


def call_off(visit: Visit) -> Response:
    """Call a publish off; one that was over by then stays."""
    with visit.runtime.reading() as unit:
        found = _find(unit, visit)
    try:
        publications.call_off(visit.runtime.database, found.id)
    except Conflict:
        return redirect(f"{PUBLISHING_URL}/{found.id}", Toast(visit.say("It was over by then.")))
    return redirect(f"{PUBLISHING_URL}/{found.id}")


def _find(unit: Unit, visit: Visit) -> Preparation:
    return store.get(unit.connection, read_number(str(visit.path["number"]), "preparation.unknown"))


def _told(visit: Visit, found: Preparation) -> Iterator[str]:
    numbers = visit.actor.locale
    if found.status == "preparing":
        done, total = (numbers.number(each) for each in publications.progress_of(found))
        text = visit.say("%(who)s: %(done)s of about %(total)s cards are done. Everybody can go on working.")
        yield text % {"who": found.actor, "done": done, "total": total}
        yield visit.say("It takes effect when all are done; until then nothing has changed.")
    elif found.status == "clearing":
        yield visit.say("What was made ready is being taken away. Nothing has changed.")
    elif found.status == "published":
        yield visit.say("No. %(number)s in the journal.") % {"number": found.entry}
    else:
        yield from (say_problem(visit, problem) for problem in found.problems)
        yield visit.say("Nothing has changed.")


def _actions(visit: Visit, found: Preparation) -> Iterator[Action]:
    if found.status == "preparing":
        yield Action(visit.say("Cancel"), f"{PUBLISHING_URL}/{found.id}/cancel", "x", "post")
    if found.entry is not None:
        yield Action(visit.say("Show the entry"), f"{JOURNAL_URL}/{found.entry}", "history", style="primary")
    if found.status in ("cancelled", "refused") and found.draft_id is not None:
        yield Action(visit.say("Back to the draft"), DRAFT_URL, "arrow-back-up", style="primary")
    yield Action(visit.say("Go on in the studio"), HOME, "arrow-back-up")
