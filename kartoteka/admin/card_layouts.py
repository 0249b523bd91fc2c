"""The card of a card type: the facts beside its title, the others, the linked cards."""

from __future__ import annotations

from starlette.responses import Response

from kartoteka.admin.arranging import arranged, items_of
from kartoteka.admin.carrying import into_draft
from kartoteka.admin.desk import Desk, open_desk
from kartoteka.admin.entities import entity_tree, field_offers
from kartoteka.admin.form_layouts import lines_of
from kartoteka.admin.layout_contexts import Arrangement, Line, Properties
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.pages import CARD, source_of, studio_page
from kartoteka.admin.tree import entity_url
from kartoteka.metadata.definitions import Entity, Identity
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.trees import Tree, write
from kartoteka.platform.drafts import Trees
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Option
from kartoteka.platform.web.visits import Visit


def show_card(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show the card of a card type and what stands on it."""
    return _card_page(open_desk(unit, visit, refused))


def _card_page(desk: Desk) -> Response:
    entity = desk.entity(str(desk.visit.path["entity"]))
    card = desk.catalog.card(entity.key)
    tree: Tree = write(card) if card else {}
    taken = {item["field"] for name in ("header", "facts") for item in tree.get(name, ())}
    offers = tuple(field_offers(desk, entity, taken, system=True))
    add = desk.say("Add a field …")
    above, below = (lines_of(desk, entity, tree.get(name, ())) for name in ("header", "facts"))
    hint = desk.say("Three to five facts.")
    header = Arrangement("header", desk.say("Beside the title"), above, offers, add, hint, "facts")
    facts = Arrangement("facts", desk.say("Facts"), below, offers, add, group="facts")
    properties = Properties(
        title=desk.say("Card"),
        kind=entity.name(desk.language),
        icon="cards",
        action=f"{entity_url(entity.key)}/card",
        widgets=(),
        source=source_of(desk, Identity("card", entity.key, tree.get("key", "main"))),
        arrangements=(header, facts, _related(desk, entity, tree)),
        problems=desk.summary(),
    )
    return studio_page(desk, entity, desk.say("Card"), properties, open_part=CARD, mode=CARD)


def _related(desk: Desk, entity: Entity, tree: Tree) -> Arrangement:
    related = tree.get("related", ())
    lines = tuple(
        Line(each["key"], label_in(each.get("label"), desk.language, title_from_key(each["key"])), "link")
        for each in related
    )
    offers = tuple(
        Option(f"{other.key}.{field.key}", f"{other.names(desk.language)} ({field.title(desk.language)})")
        for other in desk.catalog.entities.values()
        for field in other.fields
        if field.type.links_to == entity.key
    )
    return Arrangement("related", desk.say("Linked cards"), lines, offers, desk.say("Add linked cards …"))


def save_card(visit: Visit) -> Response:
    """Put what was sent into the draft."""
    key = str(visit.path["entity"])

    def edit(trees: Trees) -> None:
        card = card_tree(trees, key)
        _arrange_facts(visit, card)
        _arrange_related(visit, trees, card)

    return into_draft(visit, edit, f"{entity_url(key)}/card")


def card_tree(trees: Trees, entity: str) -> Tree:
    """Return the card's tree, to be changed, an empty one where there is none. Raises NotFound."""
    entity_tree(trees, entity)
    found = next((tree for i, tree in sorted(trees.items()) if i.kind == "card" and i.entity == entity), None)
    return (
        trees.setdefault(Identity("card", entity, "main"), {"entity": entity, "key": "main"})
        if found is None
        else found
    )


def _arrange_facts(visit: Visit, card: Tree) -> None:
    items = {**items_of(card, "header"), **items_of(card, "facts")}
    orders = {}
    for name, other in (("header", "facts"), ("facts", "header")):
        elsewhere = set(visit.texts(other)) - set(visit.texts(name))
        orders[name] = arranged(visit, name, [key for key in items_of(card, name) if key not in elsewhere])
    for name, order in orders.items():
        card[name] = [items.get(key) or {"field": key} for key in order]


def _arrange_related(visit: Visit, trees: Trees, card: Tree) -> None:
    known = items_of(card, "related")
    taken = set(known)
    order: list[Tree] = []
    for key in arranged(visit, "related", list(known)):
        if key in known:
            order.append(known[key])
        elif "." in key:
            order.append(_new_related(trees, key, taken))
    card["related"] = order


def _new_related(trees: Trees, path: str, taken: set[str]) -> Tree:
    """Return the cards that link here by a field, with the columns of their first list."""
    entity, _, link = path.partition(".")
    owner = entity_tree(trees, entity)
    lists = sorted((t.get("position", 100), i.key) for i, t in trees.items() if i.kind == "list" and i.entity == entity)
    columns = trees[Identity("list", entity, lists[0][1])].get("columns", ()) if lists else ()
    kept = [{"field": each["field"]} for each in columns if each["field"] != link][:4]
    key = proposed_key(entity, taken, "cards")
    label = owner.get("plural") or owner.get("label") or title_from_key(entity)
    return {"key": key, "entity": entity, "link": link, "label": label, "columns": kept}
