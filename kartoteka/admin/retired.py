"""What was retired: since when, by whom, how much of it is kept. It comes back, or is deleted for good."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.history_contexts import RetiredLine, RetiredPage
from kartoteka.admin.inputs import TICKED
from kartoteka.admin.publishing import publish, published
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.metadata.trees import TYPES
from kartoteka.platform.purging import purge
from kartoteka.platform.restoring import restore_plan
from kartoteka.platform.retired import Retired, all_retired, count_of
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, IndexTab, Option, Toast, Widget
from kartoteka.platform.web.sentences.words import FIELD_TYPES
from kartoteka.platform.web.shell import index_tab, make_shell, page, redirect
from kartoteka.platform.web.visits import Visit

URL = "/-/admin/retired"
WHOLE = "-"
"""Stands in addresses for the field where a whole card type is meant."""


def show_retired(unit: Unit, visit: Visit) -> Response:
    """Show everything that was retired and is kept."""
    desk = open_desk(unit, visit)
    context = RetiredPage(
        shell=make_shell(unit, visit, desk.say("Retired")),
        title=desk.say("Retired"),
        text=desk.say("What was taken out of use. Its data are kept until somebody deletes them for good."),
        lines=tuple(_line(desk, each) for each in all_retired(unit.connection)),
        empty=desk.say("Nothing is retired."),
        draft=desk.draft_bar(),
    )
    return page(visit, "admin/retired.html", context)


def _line(desk: Desk, each: Retired) -> RetiredLine:
    locale = desk.visit.actor.locale
    acts = [Action(desk.say("Delete for good"), f"{_url(each)}/purge", "trash", style="danger")]
    if not each.is_shadow:
        acts.insert(0, Action(desk.say("Restore"), _url(each), "arrow-back-up"))
    return RetiredLine(
        label=_label(each, desk.language),
        kind=_kind(desk, each),
        key=each.key,
        when=locale.datetime(each.at),
        who=each.actor,
        kept=_kept(desk, each),
        actions=tuple(acts),
    )


def _url(each: Retired) -> str:
    return f"{URL}/{each.entity}/{each.field or WHOLE}/{each.revision}"


def _label(each: Retired, language: str) -> str:
    return label_in(each.tree.get("label"), language, title_from_key(each.field or each.entity))


def _kind(desk: Desk, each: Retired) -> str:
    if not each.field:
        return desk.say("Card type")
    entity = desk.catalog.entities.get(each.entity)
    home = entity.names(desk.language) if entity else each.entity
    named = FIELD_TYPES.get(each.tree["type"]) if each.tree["type"] in TYPES else None
    type_name = desk.say(named.name) if named else each.tree["type"]
    before = desk.say("%(type)s, before its type changed") % {"type": type_name} if each.is_shadow else type_name
    return f"{home}: {before}"


def _kept(desk: Desk, each: Retired) -> str:
    number = count_of(desk.unit.connection, each)
    if each.field:
        return desk.ngettext("%(count)s value", "%(count)s values", number)
    return desk.ngettext("%(count)s card", "%(count)s cards", number)


def _find(unit: Unit, visit: Visit) -> Retired:
    """Return what the address names. Raises NotFound."""
    entity, field, number = (str(visit.path[name]) for name in ("entity", "field", "number"))
    for each in all_retired(unit.connection):
        if (each.entity, each.field or WHOLE, str(each.revision)) == (entity, field, number):
            return each
    raise NotFound("purge.unknown", name=entity if field == WHOLE else f"{entity}.{field}")


def _tab(desk: Desk, each: Retired) -> IndexTab:
    entity = desk.catalog.entities.get(each.entity)
    return index_tab(entity, desk.language) if entity else IndexTab(_label(each, desk.language), "cards", "slate")


# --- back into use ----------------------------------------------------------------------------------------


def show_restore(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Ask whether something is to come back, and whether to its places too."""
    return _restore_page(open_desk(unit, visit, refused))


def _restore_page(desk: Desk) -> Response:
    each = _find(desk.unit, desk.visit)
    if each.is_shadow:
        raise NotFound("purge.unknown", name=each.key)
    title = desk.say("Restore “%(label)s”?") % {"label": _label(each, desk.language)}
    ticked = TICKED if not desk.is_refused or desk.visit.text("places") == TICKED else ""
    hint = desk.say("The lists, forms and cards from which it was taken, as far as they are still there.")
    places = Widget("boolean", "places", desk.say("Put it back into its places too"), ticked, help=hint, span=2)
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        tab=_tab(desk, each),
        action=_url(each),
        sections=(SheetSection("", (places,)),),
        submits=(Option("publish", desk.say("Restore for everybody"), selected=True),),
        cancel_url=URL,
        text=desk.say("Back with it: %(kept)s. Who could not see it can't see it then either.")
        % {"kept": _kept(desk, each)},
        problems=desk.summary(),
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def restore(visit: Visit) -> Response:
    """Publish that it is in use again."""
    with visit.runtime.reading() as unit:
        each = _find(unit, visit)
        if each.is_shadow:
            raise NotFound("purge.unknown", name=each.key)
        plan = restore_plan(unit, each, places=TICKED in visit.texts("places"))
    if plan.problems:
        raise Refused(plan.problems)
    text = visit.say("In use again: %(label)s") % {"label": _label(each, visit.language)}
    return published(visit, publish(visit, plan), URL, text)


# --- gone for good ----------------------------------------------------------------------------------------


def show_purge(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Ask for the key of what is to be deleted for good."""
    return _purge_page(open_desk(unit, visit, refused))


def _purge_page(desk: Desk) -> Response:
    each = _find(desk.unit, desk.visit)
    title = desk.say("Delete “%(label)s” for good?") % {"label": _label(each, desk.language)}
    typed = desk.visit.text("typed")
    errors = desk.errors().get("typed", ())
    hint = desk.say("So that nothing is deleted by mistake.")
    label = desk.say("Type %(key)s") % {"key": each.key}
    key = Widget("text", "typed", label, typed, help=hint, errors=errors, required=True, autofocus=True)
    text = desk.say("To be destroyed: %(kept)s, in the history of the cards too. Nobody can bring that back.")
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        tab=_tab(desk, each),
        action=f"{_url(each)}/purge",
        sections=(SheetSection("", (key,)),),
        submits=(Option("purge", desk.say("Delete for good"), selected=True),),
        cancel_url=URL,
        text=text % {"kept": _kept(desk, each)},
        danger=True,
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def destroy(visit: Visit) -> Response:
    """Delete it for good."""
    with visit.runtime.reading() as unit:
        each = _find(unit, visit)
    purge(visit.runtime.database, each, visit.text("typed"), actor=visit.actor.name)
    return redirect(URL, Toast(visit.say("Deleted for good: %(key)s") % {"key": each.key}))
