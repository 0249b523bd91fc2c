"""The choices of a field: renamed, recoloured, put in order, added, taken out of offer."""

from __future__ import annotations

from typing import Any

from kartoteka.admin.arranging import arranged, items_of
from kartoteka.admin.contexts import ChoiceLine, Choices
from kartoteka.admin.desk import Desk
from kartoteka.admin.inputs import TICKED
from kartoteka.admin.naming import proposed_key
from kartoteka.admin.words import COLOURS
from kartoteka.metadata.keys import LOCAL_PREFIX
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.palette import PALETTE
from kartoteka.metadata.trees import Tree
from kartoteka.platform.web.contexts import Option
from kartoteka.platform.web.visits import Visit

HUES = ("slate", "sky", "teal", "green", "lime", "amber", "orange", "red", "pink", "violet", "indigo", "stone")
"""Colours that new choices get one after the other."""


def show_choices(desk: Desk, tree: Tree, errors: tuple[str, ...] = ()) -> Choices | None:
    """Return the editor of a field's choices; None for a type without any."""
    if tree["type"] not in ("choice", "multi_choice"):
        return None
    lines = tuple(_line(desk, each) for each in tree.get("choices", ()))
    return Choices(desk.say("Choices"), lines, errors)


def _line(desk: Desk, each: Tree) -> ChoiceLine:
    colour = each.get("colour", "")
    named = [Option(hue, desk.say(COLOURS[hue]), selected=hue == colour) for hue in PALETTE]
    label = label_in(each.get("label"), desk.language, title_from_key(each["key"]))
    none = Option("", desk.say("no colour"), selected=not colour)
    return ChoiceLine(each["key"], label, colour or "slate", each.get("offered", True), (none, *named))


def read_choices(tree: Tree, visit: Visit) -> None:
    """Write what a form says of a field's choices into the field's tree."""
    known = items_of(tree, "choices")
    order = arranged(visit, "choice", list(known))
    choices = [_read(known[key], visit) for key in order if key in known]
    for label in _new_labels(visit):
        choices.append(new_choice(label, choices, tree["key"]))
    tree["choices"] = choices


def _new_labels(visit: Visit) -> list[str]:
    lines = (line.strip() for text in visit.texts("new_choice") for line in text.splitlines())
    return [line for line in lines if line]


def _read(choice: Tree, visit: Visit) -> Tree:
    key = choice["key"]
    if f"choice_label__{key}" not in visit.form:
        return choice
    changed = dict(choice)
    label = visit.text(f"choice_label__{key}").strip()
    if label:
        changed["label"] = _renamed(choice, label, visit.language)
    if f"choice_colour__{key}" in visit.form:
        changed["colour"] = visit.text(f"choice_colour__{key}") or None
    changed["offered"] = TICKED in visit.texts(f"choice_offered__{key}")
    return {name: value for name, value in changed.items() if value is not None and (name, value) != ("offered", True)}


def _renamed(choice: Tree, label: str, language: str) -> Any:
    """Return the label in one language changed, and as it was where it is not."""
    before = choice.get("label")
    if label == label_in(before, language, title_from_key(choice["key"])):
        return before
    return {**before, language: label} if isinstance(before, dict) else label


def new_choice(label: str, others: list[Tree], field_key: str) -> Tree:
    """Return a new choice with a key of its own and the next colour."""
    taken = {key for other in others for key in (other["key"], *other.get("formerly", ()))}
    key = proposed_key(label, taken, "choice")
    plain = key.removeprefix(LOCAL_PREFIX)
    own = field_key.startswith(LOCAL_PREFIX) and plain not in taken and plain[0].isalpha()
    return {"key": plain if own else key, "label": label, "colour": HUES[len(others) % len(HUES)]}
