"""Where each property of a definition comes from: the layer and version that set it, who published it and when."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.admin.collisions import shown_value
from kartoteka.admin.desk import JOURNAL_URL, Desk
from kartoteka.admin.package_contexts import SourceLine, SourcesPage
from kartoteka.admin.packages import plain_desk, title_of
from kartoteka.admin.use_words import place_name, place_url
from kartoteka.metadata.labels import title_from_key
from kartoteka.metadata.stack import LOCAL
from kartoteka.platform.collisions import property_of
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.explaining import Explained, Target, explain, target_of
from kartoteka.platform.units import Unit
from kartoteka.platform.web.shell import make_shell, page
from kartoteka.platform.web.visits import Visit


def show_origins(unit: Unit, visit: Visit) -> Response:
    """Show where each property comes from."""
    desk = plain_desk(unit, visit)
    target = target_of(unit.model.catalog, str(visit.path["name"]))
    layers = load_stack(unit.connection).packages
    titles = {each.key: f"{title_of(each, desk.language)} {each.version}" for each in layers}
    name, url = _place(desk, target)
    title = desk.say("Where it comes from")
    context = SourcesPage(
        shell=make_shell(unit, visit, title),
        title=title,
        text=name,
        lines=tuple(_line(desk, target, each, titles) for each in explain(unit.connection, target)),
        back_url=url,
        back_label=name,
    )
    return page(visit, "admin/sources.html", context)


def _place(desk: Desk, target: Target) -> tuple[str, str]:
    """Return what the target is called, and where it is configured."""
    url = place_url(target.identity)
    if not target.within:
        return place_name(desk, target.identity), url
    field = desk.catalog.fields(target.identity.key)[target.within[1]]
    return field.title(desk.language), f"{url}/field/{field.key}"


def _line(desk: Desk, target: Target, each: Explained, titles: dict[str, str]) -> SourceLine:
    layer = desk.say("Yours") if each.source.layer == LOCAL else titles.get(each.source.layer, each.source.layer)
    known = desk.told(property_of(target.identity, (*target.within, *each.path)))
    line = SourceLine(
        known[:1].upper() + known[1:] if len(each.path) < 2 else f"{known}: {title_from_key(each.path[-1])}",
        shown_value(desk, each.source.value),
        layer,
    )
    if each.published is None:
        return line
    number = desk.say("No. %(number)s") % {"number": each.published.number}
    when = desk.visit.actor.locale.datetime(each.published.at)
    url = f"{JOURNAL_URL}/{each.published.number}"
    return SourceLine(line.name, line.value, layer, each.published.actor, when, number, url)
