"""Another card type in place of one that is retired: links, reports, linked lists and the menu lead to it from now on.

Its own layouts go, and so do rights to it: nobody sees more of the other card type than before.
"""

from __future__ import annotations

from kartoteka.admin.uses import Trees, prune_menu
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import Entity, Identity
from kartoteka.metadata.merging import Path
from kartoteka.metadata.places import part_to_drop, place_at, without
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.references import Names, links_of, rewritten
from kartoteka.platform.web.shell import BUILT_IN

MOST_ROUNDS = 50
"""Of taking out what has lost its meaning: taking one thing out may leave another without its own."""
OF_ITSELF: tuple[Path, ...] = (("title",), ("subtitle",))
"""Properties of a card type that it can do without."""


def entity_replacements(catalog: Catalog, entity: str) -> tuple[Entity, ...]:
    """Return the card types that may stand in place of another one."""
    return tuple(each for each in catalog.entities.values() if each.key not in (*BUILT_IN, entity))


def put_entity_in_place(trees: Trees, catalog: Catalog, entity: str, other: str) -> None:
    """Name `other` wherever `entity` is named from outside, and take `entity` out with all that is its own.

    What then asks for something that the other card type has not is taken out as well. Raises Refused where that may
    not be: a formula, a default, a condition of rights.
    """
    names = Names(entities={entity: other}, links=links_of(catalog))
    _take_out_own(trees, entity)
    for identity, tree in trees.items():
        trees[identity] = rewritten(names, identity, tree, tree, keys=False)
    _each_entry_once(trees, catalog)
    rounds, problems = 0, _problems(trees)
    while problems and rounds < MOST_ROUNDS:
        for problem in {each.file: each for each in problems}.values():
            _take_out(trees, problem)
        prune_menu(trees)
        rounds, problems = rounds + 1, _problems(trees)
    if problems:
        raise Refused(problems)


def _take_out_own(trees: Trees, entity: str) -> None:
    for identity in [each for each in trees if entity in (each.entity, each.key if each.kind == "entity" else "")]:
        del trees[identity]
    for identity, tree in trees.items():
        if identity.kind == "role" and "entities" in tree:
            trees[identity] = {**tree, "entities": [r for r in tree["entities"] if r["entity"] != entity]}


def _each_entry_once(trees: Trees, catalog: Catalog) -> None:
    """Take entries out of the menu that now lead where another one led before."""
    for identity, tree in trees.items():
        if identity.kind == "menu":
            before = [item.get("entity") for g in catalog.trees[identity].get("groups", ()) for item in g["items"]]
            seen = {each for each in before if each}
            places = iter(before)
            for group in tree.get("groups", ()):
                pairs = [(item, next(places)) for item in group["items"]]
                group["items"] = [
                    item for item, was in pairs if item.get("entity") in (was, None) or item["entity"] not in seen
                ]


def _problems(trees: Trees) -> tuple[Problem, ...]:
    try:
        checked_catalog(trees)
    except Refused as refused:
        return refused.problems
    return ()


def _take_out(trees: Trees, problem: Problem) -> None:
    """Take out what a problem is about. Raises Refused where somebody would see more, or calculate otherwise."""
    identity = next((each for each in trees if each.path == problem.file), None)
    if identity is None:
        raise Refused([problem])
    part = _part(trees, identity, problem)
    if part is None:
        raise Refused([problem])
    if part:
        trees[identity] = without(trees[identity], part)
    else:
        del trees[identity]


def _part(trees: Trees, identity: Identity, problem: Problem) -> Path | None:
    place = place_at(identity, trees[identity], problem.pointer or "")
    if identity.kind == "role" or (identity.kind == "entity" and place.path[:1] not in OF_ITSELF):
        return None
    return part_to_drop(place)
