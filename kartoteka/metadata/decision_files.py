"""Decisions about collisions as a file: what was decided for one client serves for the next ones.

    {"format": 1, "decisions": [{"package": "sales", "definition": "entities/client.json",
      "property": "fields/inn/label/en", "decision": "take", "was": "INN", "package_says": "Tax no.", "yours": "VAT"}]}

The three sides are for whoever reads the file; only the decision counts. Beside them the file may say what becomes of
values that a change of type can't keep whole:

    {"format": 1, "values": {"client.size": {"failures": "empty", "lossy": true, "mapping": {"about 5": "5"}}}}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from kartoteka.metadata import conversions
from kartoteka.metadata.collisions import Collision, Spot
from kartoteka.metadata.conversions import Decisions
from kartoteka.metadata.definitions import FORMAT
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.trees import Tree, encode

NO_DECISIONS = b'{"format": 1, "decisions": []}'


class Decision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided about one property."""

    package: str
    definition: str
    property: str
    decision: Choice
    was: Any = None
    package_says: Any = None
    yours: Any = None


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    decisions: tuple[Decision, ...] = ()
    values: Any = msgspec.field(default_factory=dict)


def read_decisions(data: bytes, name: str) -> dict[Spot, Choice]:
    """Return what a file of decisions says. Raises Refused, naming the file, where it can't be read."""
    return decisions_from_tree(_tree(data, name), name)


def read_value_decisions(data: bytes, name: str) -> Decisions:
    """Return what a file of decisions says of values. Raises Refused, naming the file, where it can't be read."""
    return value_decisions_from_tree(_tree(data, name), name)


def value_decisions_from_tree(tree: Any, name: str) -> Decisions:
    """Return what decisions as JSON data say of values. Raises Refused, naming the file."""
    try:
        return conversions.read_decisions(_file(tree, name).values)
    except Refused as refused:
        raise Refused([problem.at(file=name, pointer="/values") for problem in refused.problems]) from refused


def _tree(data: bytes, name: str) -> Any:
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused([Problem("package.not_json", {"reason": str(error)}, file=name, pointer="")]) from error


def decisions_from_tree(tree: Any, name: str) -> dict[Spot, Choice]:
    """Return what decisions as JSON data say. Raises Refused, naming the file, where they have another shape."""
    return {(each.package, each.definition, each.property): each.decision for each in _file(tree, name).decisions}


def _file(tree: Any, name: str) -> _File:
    try:
        found = msgspec.convert(tree, _File)
    except msgspec.ValidationError as error:
        raise Refused([Problem("upgrade.unreadable", {"reason": str(error)}, file=name, pointer="")]) from error
    if found.format > FORMAT:
        params = {"found": found.format, "known": FORMAT}
        raise Refused([Problem("package.newer_format", params, file=name, pointer="/format")])
    return found


def decision_trees(collisions: Sequence[Collision]) -> list[Tree]:
    """Return collisions as JSON data; what nobody has decided yet has null for a decision."""
    return [
        {
            **dict(zip(("package", "definition", "property"), each.spot, strict=True)),
            "decision": each.choice,
            "was": each.clash.old,
            "package_says": each.clash.theirs,
            "yours": each.clash.mine,
        }
        for each in collisions
    ]


def write_decisions(collisions: Sequence[Collision]) -> bytes:
    """Return a file with a decision about each collision; what nobody has decided is kept unless it can't be."""
    trees = decision_trees(collisions)
    sure = [
        tree | {"decision": tree["decision"] or each.clash.choices[0]}
        for tree, each in zip(trees, collisions, strict=True)
    ]
    return encode({"format": FORMAT, "decisions": sure})
