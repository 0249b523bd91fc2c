"""Names in definitions: every property that can name something is known, and a rename and its inverse are exact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from kartoteka.metadata.checks import checked_catalog
from kartoteka.metadata.definitions import KINDS, Identity
from kartoteka.metadata.fieldtypes import FIELD_TYPES
from kartoteka.metadata.keys import KEY_PATTERN
from kartoteka.metadata.references import Names, links_of, rewritten, with_names
from kartoteka.metadata.trees import Tree

OLD, NEW = "old_name", "new_name"
WITH_FORMULAS: Tree = {
    "key": "deal",
    "title": OLD,
    "subtitle": [OLD, f"parent.{OLD}"],
    "owner": "owner",
    "fields": [
        {"key": OLD, "type": "text", "label": "Old"},
        {"key": "parent", "type": "link", "target": "deal"},
        {"key": "owner", "type": "user"},
        {"key": "due", "type": "date"},
        {"key": "done", "type": "boolean"},
        {"key": "stage", "type": "choice", "choices": [{"key": "a"}]},
        {"key": "said", "type": "formula", "expression": f"CONCAT( {OLD} , parent.{OLD})"},
        {"key": "begun", "type": "text", "default": OLD},
    ],
}


def every_reference() -> Iterator[tuple[str, str]]:
    """Yield the properties of definitions that name a field, a path, a card type or hold an expression."""
    seen: set[type] = set()
    waiting: list[type] = [kind.type for kind in KINDS]
    while waiting:
        struct = waiting.pop()
        if struct in seen:
            continue
        seen.add(struct)
        info = inspect.type_info(struct)
        assert isinstance(info, inspect.StructType)
        for field in info.fields:
            for found in _parts(field.type):
                if isinstance(found, inspect.StructType):
                    waiting.append(found.cls)
                elif isinstance(found, inspect.StrType) and (found.pattern or found.max_length == 4000):
                    yield struct.__name__, field.name


def _parts(found: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(found, inspect.Metadata):
        yield from _parts(found.type)
    elif isinstance(found, inspect.UnionType):
        for each in found.types:
            yield from _parts(each)
    elif isinstance(found, inspect.VarTupleType):
        yield from _parts(found.item_type)
    else:
        yield found


OWN_NAMES = {"key", "formerly", "icon", "colour", "closed", "measure", "by"}
"""Properties that name the thing itself, or nothing outside its definition."""
KNOWN = {
    ("Field", "default"), ("Activity", "due"), ("Activity", "done"), ("Activity", "kind"), ("Activity", "text"),
    ("Pipeline", "stage"), ("Pipeline", "amount"), ("Entity", "title"), ("Entity", "subtitle"), ("Entity", "owner"),
    ("RecordList", "entity"), ("RecordList", "filter"), ("ListColumn", "field"), ("Sort", "field"),
    ("Form", "entity"), ("FormItem", "field"), ("Card", "entity"), ("Fact", "field"), ("Related", "entity"),
    ("Related", "link"), ("Related", "filter"), ("Report", "entity"), ("Report", "filter"), ("Group", "field"),
    ("Measure", "field"), ("EntityRight", "entity"), ("EntityRight", "condition"), ("FieldRight", "field"),
    ("MenuItem", "entity"), ("MenuItem", "report"),
}  # fmt: skip
"""What `references` rewrites; each is renamed below."""


def test_every_property_that_names_something_is_known() -> None:
    """A new property has to be taught to `references`, and named here, or a rename would leave it behind."""
    found = {(struct, name) for struct, name in every_reference() if name not in OWN_NAMES}
    assert found == KNOWN


def test_so_is_every_option_of_a_field_type() -> None:
    """Options that name something are known by their names: `target`, `expression`."""
    found = set()
    for cls in FIELD_TYPES:
        info = inspect.type_info(cls)
        assert isinstance(info, inspect.StructType)
        for field in info.fields:
            for each in _parts(field.type):
                if isinstance(each, inspect.StrType) and (each.pattern == KEY_PATTERN or each.max_length == 4000):
                    found.add((cls.name, field.name))
    assert found == {("link", "target"), ("formula", "expression")}


def everything(deal: str, field: str) -> dict[Identity, Tree]:
    """Return definitions that name a card type and its field in every way there is."""
    of: Any = {"field": field}
    far: Any = {"field": f"parent.{field}"}
    own: Tree = {"entity": deal}
    entity = _replaced(WITH_FORMULAS, field)
    entity |= {"key": deal, "pipeline": {"stage": "stage"}, "activity": {"due": "due", "done": "done", "text": field}}
    entity["fields"] = [{**f, "target": deal} if "target" in f else f for f in entity["fields"]]
    condition = f'{field} = "x"  AND NOT parent.{field} = "{OLD}"'
    related = {"key": "r", "entity": deal, "link": "parent", "columns": [of], "filter": condition, "sort": [far]}
    sections = [{"key": "s", "items": [of]}]
    measure = {"key": "n", "function": "count", "field": field}
    right = {"entity": deal, "read": "all", "condition": condition, "fields": [{**of, "right": "hide"}]}
    items = [{"key": "d", "entity": deal}, {"key": "r", "report": "r"}]
    return {
        Identity("entity", "", "user"): {"key": "user", "fields": [{"key": "name", "type": "text"}]},
        Identity("entity", "", deal): entity,
        Identity("list", deal, "a"): {**own, "key": "a", "columns": [of, far], "filter": condition, "sort": [of]},
        Identity("form", deal, "main"): {**own, "quick": [of], "tabs": [{"key": "t", "sections": sections}]},
        Identity("card", deal, "main"): {**own, "header": [of], "facts": [far], "related": [related]},
        Identity("report", "", "r"): {
            **own, "key": "r", "filter": condition, "groups": [far], "measures": [measure],
            "columns": [of], "sort": [of],
        },
        Identity("role", "", "seller"): {"key": "seller", "entities": [right]},
        Identity("menu", "", "main"): {"groups": [{"key": "g", "items": items}]},
    }  # fmt: skip


def _replaced(tree: Tree, field: str) -> Tree:
    text = msgspec.json.encode(tree).decode().replace(OLD, field)
    found: Tree = msgspec.json.decode(text)
    return found


def test_a_rename_reaches_everything_and_its_inverse_gives_the_same_text() -> None:
    old = checked_catalog(everything("deal", OLD))
    names = Names(fields={("deal", OLD): NEW}, links=links_of(old))
    renamed = with_names(old, names)
    assert renamed.hash == checked_catalog(everything("deal", NEW)).hash
    back = with_names(renamed, Names(fields={("deal", NEW): OLD}, links=links_of(renamed)))
    assert back.hash == old.hash


def test_a_card_type_is_renamed_everywhere() -> None:
    old = checked_catalog(everything("deal", OLD))
    assert with_names(old, Names(entities={"deal": "sale"})).hash == checked_catalog(everything("sale", OLD)).hash


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('old_name = "old_name"', 'new_name = "old_name"'),
        ("old_names + old_name", "old_names + new_name"),
        ("IF(old_name,  1, parent.old_name)", "IF(new_name,  1, parent.new_name)"),
        ("parent.parent.old_name", "parent.parent.new_name"),
        ("owner.old_name", "owner.old_name"),
        ("old_name +", "old_name +"),
        ("SUM_OF(deal.parent,  old_name, x > 1)", "SUM_OF(deal.parent,  new_name, x > 1)"),
        ("COUNT_OF( deal.old_name )", "COUNT_OF( deal.new_name )"),
        ("SUM_OF(note.deal, old_name + deal.old_name)", "SUM_OF(note.deal, old_name + deal.new_name)"),
    ],
)
def test_expressions_change_where_the_name_is_meant_and_nowhere_else(before: str, after: str) -> None:
    links = {("deal", "parent"): "deal", ("deal", "owner"): "user", ("note", "deal"): "deal"}
    names = Names(fields={("deal", OLD): NEW}, links=links)
    assert names.expression("deal", before) == after


def test_related_records_are_named_by_the_new_card_type() -> None:
    renamed = Names(entities={"deal": "sale"})
    assert renamed.expression("client", "COUNT_OF(deal.client, deal > 1)") == "COUNT_OF(sale.client, deal > 1)"


def test_a_layer_that_says_a_part_is_understood_by_what_others_say() -> None:
    names = Names(fields={("deal", OLD): NEW}, links={("deal", "parent"): "deal"})
    card, report = Identity("card", "client", "main"), Identity("report", "", "r")
    part: Tree = {"related": [{"key": "deals", "columns": [{"field": OLD, "after": f"parent.{OLD}"}]}]}
    whole: Tree = {"related": [{"key": "deals", "entity": "deal", "link": "client"}]}
    [related] = rewritten(names, card, part, whole)["related"]
    assert related["columns"] == [{"field": NEW, "after": f"parent.{NEW}"}]
    assert rewritten(names, report, {"columns": [{"field": OLD}]}, {"entity": "deal"})["columns"] == [{"field": NEW}]
    assert part["related"][0]["columns"][0]["field"] == OLD
