"""The page with tree, preview and properties, for whatever is chosen."""

from __future__ import annotations

from msgspec.structs import replace
from starlette.responses import Response

from kartoteka.admin.desk import Desk
from kartoteka.admin.layout_contexts import Properties, StudioPage
from kartoteka.admin.previews import preview_card, preview_form, preview_list
from kartoteka.admin.tree import entity_url, list_url, make_tree
from kartoteka.metadata.definitions import Entity, Identity, RecordList
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.places import found_at
from kartoteka.metadata.provenance import sources
from kartoteka.metadata.stack import LOCAL
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.web.contexts import Action, Option
from kartoteka.platform.web.sentences.words import PROPERTIES
from kartoteka.platform.web.shell import index_tab, make_shell, page

SOURCES_URL = "/-/admin/sources"
FORM, CARD, LIST = "form", "card", "list"


def studio_page(
    desk: Desk,
    entity: Entity,
    title: str,
    properties: Properties,
    *,
    open_part: str = "",
    chosen: str = "",
    mode: str = "",
    shown_list: RecordList | None = None,
) -> Response:
    """Return the page of the studio at one part of a card type."""
    mode = mode or desk.visit.request.query_params.get("mode", FORM)
    lists = desk.catalog.lists(entity.key)
    each = shown_list or (lists[0] if lists else RecordList(entity=entity.key, key="all"))
    crumbs = (Option(entity_url(entity.key), entity.names(desk.language)),)
    context = StudioPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        tab=index_tab(entity, desk.language, several=mode == LIST),
        crumbs=crumbs if title != crumbs[0].label else (),
        tree=make_tree(desk, entity, open_part, chosen),
        modes=_modes(desk, entity, mode),
        preview=preview_form(desk, entity) if mode not in (CARD, LIST) else (),
        draft=desk.draft_bar(),
        properties=properties,
        actions=_actions(desk, entity),
        table=preview_list(desk, each) if mode == LIST else None,
        card=preview_card(desk, entity) if mode == CARD else None,
        arrange_url=f"{entity_url(entity.key)}/form/place",
        field_url=f"{entity_url(entity.key)}/field/",
        chosen=chosen,
    )
    return page(desk.visit, "admin/studio.html", context, desk.status)


def _modes(desk: Desk, entity: Entity, mode: str) -> tuple[Option, ...]:
    lists = desk.catalog.lists(entity.key)
    first = list_url(entity.key, lists[0].key) if lists else f"{entity_url(entity.key)}/new-list"
    url = entity_url(entity.key)
    return (
        Option(f"{url}/form", desk.say("Form"), selected=mode not in (CARD, LIST)),
        Option(f"{url}/card", desk.say("Card"), selected=mode == CARD),
        Option(first, desk.say("List"), selected=mode == LIST),
    )


def _actions(desk: Desk, entity: Entity) -> tuple[Action, ...]:
    add = Action(
        desk.say("Add field"), f"{entity_url(entity.key)}/new-field", "plus", style="primary", name="add-field"
    )
    if entity.key not in desk.unit.model.catalog.entities:
        return (add,)
    opened = Action(desk.say("Open the form"), f"/{entity.key}/new?all=1", "external-link", name="open-form")
    return (opened, replace(add, style="plain") if desk.changes else add)


def source_of(desk: Desk, identity: Identity, within: tuple[str, ...] = ()) -> Option:
    """Return where something comes from in words, with the page that tells it of each property once it is published."""
    known = found_at(desk.unit.model.catalog.trees.get(identity), within) is not None
    name = ".".join((identity.key, *within[-1:])) if identity.kind == "entity" else identity.path.removesuffix(".json")
    return Option(f"{SOURCES_URL}/{name}" if known else "", _source_in_words(desk, identity, within))


def _source_in_words(desk: Desk, identity: Identity, within: tuple[str, ...]) -> str:
    stack = load_stack(desk.unit.connection)
    found = sources(stack, identity, within)
    titles = {each.key: each.manifest.title if each.manifest else None for each in stack.packages}
    packages = [each for each in found if each.layer != LOCAL]
    if not packages:
        return desk.say("Source: yours")
    first = packages[0]
    name = label_in(titles.get(first.layer), desk.language, title_from_key(first.layer))
    text = desk.say("Source: %(package)s %(version)s") % {"package": name, "version": first.version}
    own = [each.path[len(within)] for each in found if each.layer == LOCAL and len(each.path) > len(within)]
    words = [desk.say(PROPERTIES[name]) for name in dict.fromkeys(own) if name in PROPERTIES and name != "key"]
    return f"{text} · {desk.say('yours:')} {', '.join(words)}" if words else text
