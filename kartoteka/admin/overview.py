"""The first page of the studio: card types with their fields and records, and everything beside them."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.admin.backups import URL as BACKUPS_URL
from kartoteka.admin.contexts import Tile, TileGroup, TilesPage
from kartoteka.admin.desk import JOURNAL_URL, Desk, open_desk
from kartoteka.admin.packages import title_of
from kartoteka.admin.tree import entity_url
from kartoteka.metadata.definitions import Entity
from kartoteka.platform.backups.schedule import last_good
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.journal import entries
from kartoteka.platform.query import COUNT_CAP, Query, count
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action
from kartoteka.platform.web.shell import BUILT_IN, make_shell, page
from kartoteka.platform.web.visits import Visit


def show_overview(unit: Unit, visit: Visit) -> Response:
    """Show what can be configured."""
    desk = open_desk(unit, visit)
    own = [each for each in desk.catalog.entities.values() if each.key not in BUILT_IN]
    base = [each for each in desk.catalog.entities.values() if each.key in BUILT_IN]
    own.sort(key=lambda each: each.names(desk.language))
    add = Action(desk.say("New card type"), "/-/admin/new-entity", "plus", style="primary")
    groups = (
        TileGroup(desk.say("Card types"), tuple(_tile(desk, each) for each in own), (add,)),
        TileGroup(desk.say("People and rights"), tuple(_people(desk))),
        TileGroup(desk.say("Everything else"), tuple(_others(desk))),
        TileGroup(desk.say("Built in"), tuple(_tile(desk, each) for each in base)),
    )
    context = TilesPage(
        shell=make_shell(unit, visit, desk.say("Studio")),
        title=desk.say("Studio"),
        text=desk.say("What cards there are, what they hold, and who may do what with them."),
        groups=groups,
        draft=desk.draft_bar(),
    )
    return page(visit, "admin/tiles.html", context)


def _tile(desk: Desk, entity: Entity) -> Tile:
    fields = desk.ngettext("%(count)s field", "%(count)s fields", len(entity.fields))
    return Tile(
        entity.names(desk.language),
        f"{fields} · {_records(desk, entity)}",
        entity_url(entity.key),
        entity.icon,
        entity.colour,
    )


def _records(desk: Desk, entity: Entity) -> str:
    if entity.key not in desk.unit.model.catalog.entities:
        return desk.say("not published yet")
    if not desk.unit.model.access.rights(desk.visit.actor, entity.key).may("read"):
        return desk.say("cards that you may not see")
    number = count(desk.unit, desk.visit.actor, Query(entity.key))
    if number > COUNT_CAP:
        return desk.say("more than %(count)s cards") % {"count": desk.visit.actor.locale.number(COUNT_CAP)}
    return desk.ngettext("%(count)s card", "%(count)s cards", number)


def _people(desk: Desk) -> list[Tile]:
    roles = desk.ngettext("%(count)s role", "%(count)s roles", len(desk.catalog.roles))
    return [
        Tile(desk.say("People"), desk.say("Who works here, passwords, sessions"), "/-/admin/people", "users"),
        Tile(desk.say("Roles"), f"{roles}: {desk.say('rights to card types and fields')}", "/-/admin/roles", "shield"),
    ]


def _packages(desk: Desk) -> list[str]:
    layers = load_stack(desk.unit.connection).packages
    return [f"{title_of(each, desk.language)} {each.version}" for each in layers]


def _others(desk: Desk) -> list[Tile]:
    newest = next(iter(entries(desk.unit.connection, 1)), None)
    when = desk.visit.actor.locale.datetime(newest.at) if newest else ""
    said = desk.say("Last change: %(when)s") % {"when": when} if when else ""
    return [
        Tile(desk.say("Menu"), desk.say("The sidebar and its groups"), "/-/admin/menu", "menu-2"),
        Tile(desk.say("Packages"), ", ".join(_packages(desk)), "/-/admin/packages", "package"),
        Tile(desk.say("Journal"), said, JOURNAL_URL, "history"),
        Tile(desk.say("Backups"), _last_backup(desk), BACKUPS_URL, "server"),
        Tile(desk.say("Retired"), desk.say("Taken out of use, data kept"), "/-/admin/retired", "archive"),
    ]


def _last_backup(desk: Desk) -> str:
    found = last_good(desk.visit.runtime.settings.backups)
    if found is None or found.manifest is None:
        return desk.say("There is no backup yet.")
    return desk.say("Last one: %(when)s") % {"when": desk.visit.actor.locale.datetime(found.manifest.made_at)}
