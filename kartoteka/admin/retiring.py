"""Taking a field or a card type out of use, after looking at what uses it. Data stay until somebody purges them."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.admin.carrying import into_draft
from kartoteka.admin.contexts import SheetPage, SheetSection
from kartoteka.admin.desk import DRAFT_URL, Desk, open_desk
from kartoteka.admin.entities import entity_tree
from kartoteka.admin.entity_replacing import entity_replacements, put_entity_in_place
from kartoteka.admin.entity_uses import take_out_entity, uses_of_entity
from kartoteka.admin.fields import field_tree, is_fixed
from kartoteka.admin.replacing import put_in_place, replacements
from kartoteka.admin.tree import entity_url, field_url
from kartoteka.admin.use_words import tell
from kartoteka.admin.uses import Use, take_out_field, uses_of_field
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.trees import read_definition
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.platform.web.shell import BUILT_IN, index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit


def show_retire_field(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show where a field is used and ask whether it is to be retired."""
    return _field_page(open_desk(unit, visit, refused))


def _field_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    field = desk.catalog.field(entity.key, str(desk.visit.path["field"]))
    if field is None:
        raise NotFound("query.unknown_field", name=str(desk.visit.path["field"]))
    title = desk.say("Retire “%(label)s”?") % {"label": field.title(desk.language)}
    if is_fixed(entity.key, field.key):
        raise NotFound("query.unknown_field", name=field.key)
    url = field_url(entity.key, field.key)
    uses = uses_of_field(desk.catalog, entity.key, field.key)
    return _page(desk, entity, title, url, uses, _instead(desk, entity, field, uses))


def _instead(desk: Desk, entity: Entity, field: Field, uses: tuple[Use, ...]) -> tuple[Widget, ...]:
    """Ask which field stands from now on where this one does; none where there is none of its kind."""
    found = replacements(desk.catalog, entity.key, field.key)
    if not found or not uses:
        return ()
    offers = [(each.key, each.title(desk.language)) for each in found]
    hint = desk.say("It takes its place in all of these, what stands in the way included; rights stay as they are.")
    return (_choice(desk, offers, hint, needed=any(use.drop is None for use in uses)),)


def _choice(desk: Desk, offers: list[tuple[str, str]], hint: str, *, needed: bool) -> Widget:
    """Return the input for what stands in place of something; without one it is taken out where that can be."""
    chosen = desk.visit.text("instead")
    nothing = "–" if needed else desk.say("nothing: take it out of all of these")
    options = (Option("", nothing, not chosen), *(Option(key, label, key == chosen) for key, label in offers))
    return Widget("choice", "instead", desk.say("In its place"), options=options, help=hint, required=needed, span=2)


def _page(
    desk: Desk, entity: Entity, title: str, url: str, uses: tuple[Use, ...], instead: tuple[Widget, ...] = ()
) -> Response:
    needed = any(use.drop is None for use in uses)
    blocked = needed and not instead
    text = desk.say("It goes out of sight with its values. Nothing is deleted: undo brings everything back.")
    if needed:
        text = desk.say("Something can't do without it. Please choose what stands in its place.")
    stands = desk.say("Something stands in the way. Please change what is marked first.")
    context = SheetPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        tab=index_tab(entity, desk.language),
        action=f"{url}/retire",
        sections=(SheetSection("", instead),) if instead else (),
        submits=() if blocked else (Option("draft", desk.say("Retire, with all of this"), selected=True),),
        cancel_url=url,
        text=stands if blocked else text,
        problems=desk.summary(),
        uses=tuple(tell(desk, use) for use in uses),
        uses_title=desk.say("Used in") if uses else desk.say("It is used nowhere."),
        danger=True,
    )
    return page(desk.visit, "admin/sheet.html", context, desk.status)


def retire_field(visit: Visit) -> Response:
    """Put into the draft that a field is retired, with every place that shows it."""
    entity, key = str(visit.path["entity"]), str(visit.path["field"])

    def edit(trees: Trees) -> None:
        field_tree(trees, entity, key)
        if is_fixed(entity, key):
            raise NotFound("query.unknown_field", name=key)
        catalog, other = _catalog(trees), visit.text("instead")
        if other:
            _check_offered(catalog, entity, key, other)
            put_in_place(trees, catalog, entity, key, other)
            return
        _refuse_if_needed(uses_of_field(catalog, entity, key))
        take_out_field(trees, catalog, entity, key)

    return into_draft(visit, edit, DRAFT_URL)


def _check_offered(catalog: Catalog, entity: str, key: str, other: str) -> None:
    """Raise Refused for a field that can't stand in place of another one."""
    if other not in {each.key for each in replacements(catalog, entity, key)}:
        raise Refused([_no_replacement(other)])


def _no_replacement(other: str) -> Problem:
    return Problem("retire.no_replacement", {"name": other[:60]}, pointer="/instead")


def _catalog(trees: Trees) -> Catalog:
    return Catalog({identity: read_definition(identity, tree) for identity, tree in trees.items()})


def _refuse_if_needed(uses: tuple[Use, ...]) -> None:
    """Raise Refused when something can't do without."""
    if any(use.drop is None for use in uses):
        raise Refused([Problem("retire.needed", {})])


def show_retire_entity(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show where a card type is used and ask whether it is to be retired."""
    return _entity_page(open_desk(unit, visit, refused))


def _entity_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    if entity.key in BUILT_IN:
        raise NotFound("query.unknown_entity", name=entity.key)
    title = desk.say("Retire “%(label)s”?") % {"label": entity.names(desk.language)}
    uses = uses_of_entity(desk.catalog, entity.key)
    return _page(desk, entity, title, entity_url(entity.key), uses, _entity_instead(desk, entity, uses))


def _entity_instead(desk: Desk, entity: Entity, uses: tuple[Use, ...]) -> tuple[Widget, ...]:
    """Ask which card type stands from now on where this one does; nothing where no other card type names it."""
    found = sorted((each.names(desk.language), each.key) for each in entity_replacements(desk.catalog, entity.key))
    if not found or all(use.what == "right" or use.identity.entity == entity.key for use in uses):
        return ()
    offers = [(key, label) for label, key in found]
    hint = desk.say(
        "Links, reports and the menu lead to it instead; what asks for fields that it has not is taken out. "
        "Its own lists, forms and rights go."
    )
    return (_choice(desk, offers, hint, needed=any(use.drop is None for use in uses)),)


def retire_entity(visit: Visit) -> Response:
    """Put into the draft that a card type is retired, with everything that is about it."""
    key = str(visit.path["entity"])

    def edit(trees: Trees) -> None:
        entity_tree(trees, key)
        if key in BUILT_IN:
            raise Refused([Problem("retire.needed", {})])
        catalog, other = _catalog(trees), visit.text("instead")
        if other:
            if other not in {each.key for each in entity_replacements(catalog, key)}:
                raise Refused([_no_replacement(other)])
            put_entity_in_place(trees, catalog, key, other)
            return
        _refuse_if_needed(uses_of_entity(catalog, key))
        take_out_entity(trees, catalog, key)

    return into_draft(visit, edit, DRAFT_URL)
