"""Visibility classes: what may be looked into, and when an index has to be built anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.fieldtypes import Choice, LongText, Option, Text
from kartoteka.search.engine import EVERYBODY
from kartoteka.search.schemes import EVERY_READER, Searched, extended, fit, new_scheme, shows_title

A, B, AB = frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})


def searched_fields(seers: Mapping[str, frozenset[str]], title: str = "name", **types: Text | LongText) -> Searched:
    fields = {f"e.{key}": Field(key=key, type=types.get(key, Text())) for key in seers}
    entity = Entity(key="client", title=title, fields=tuple(fields.values()))
    return Searched(entity, fields, {f"e.{key}": roles for key, roles in seers.items()})


WANTED = searched_fields({"name": EVERY_READER, "city": EVERY_READER, "pay": A, "bonus": A, "health": B})
STORED = replace(new_scheme(WANTED, "me"), complete=True)


def test_fields_of_the_same_readers_share_a_class() -> None:
    classes = STORED.classes()
    assert classes[EVERYBODY] == {"e.name", "e.city"}
    assert sorted(map(sorted, classes.values())) == [["e.bonus", "e.pay"], ["e.city", "e.name"], ["e.health"]]


def test_a_class_is_open_only_to_those_who_see_all_of_it() -> None:
    everything = set(WANTED.fields)
    assert STORED.allowed({"e.name", "e.city"}) == (EVERYBODY,)
    assert EVERYBODY not in STORED.allowed(everything - {"e.city"})
    assert len(STORED.allowed(everything - {"e.pay"})) == 2
    assert len(STORED.allowed(everything)) == 3
    assert STORED.allowed(set()) == ()


def test_a_new_field_of_an_old_key_opens_nothing() -> None:
    assert EVERYBODY not in STORED.allowed({"e.name", "e.city_2"})


def test_covering_needs_every_field_that_is_seen_and_a_whole_index() -> None:
    seen = {"e.name", "e.city", "e.health"}
    assert STORED.covers(seen)
    assert not STORED.covers({*seen, "e.fresh"})
    assert not STORED.covers(seen - {"e.city"})
    assert not replace(STORED, complete=False).covers(seen)


def changed(**seers: frozenset[str]) -> Searched:
    now = {"name": EVERY_READER, "city": EVERY_READER, "pay": A, "bonus": A, "health": B, **seers}
    return searched_fields(now)


def test_rights_that_change_for_a_whole_class_need_no_rebuild() -> None:
    assert fit(STORED, WANTED) == "exact"
    assert fit(STORED, changed(pay=AB, bonus=AB)) == "exact"
    assert fit(STORED, changed(name=AB, city=AB)) == "exact"
    assert fit(STORED, changed(pay=AB)) == "rebuild"
    assert fit(STORED, changed(city=A)) == "rebuild"


def test_what_makes_texts_others_needs_a_rebuild() -> None:
    assert fit(None, WANTED) == "rebuild"
    assert fit(replace(STORED, complete=False), WANTED) == "rebuild"
    seers = {key.removeprefix("e."): roles for key, roles in WANTED.seers.items()}
    assert fit(STORED, searched_fields(seers, title="city")) == "rebuild"
    assert fit(STORED, searched_fields(seers, city=LongText())) == "rebuild"
    assert fit(STORED, searched_fields({key: roles for key, roles in seers.items() if key != "city"})) == "rebuild"


def test_new_labels_of_a_choice_need_a_rebuild() -> None:
    def of_labels(*labels: str) -> Searched:
        choices = tuple(Option(key=f"k{number}", label=label) for number, label in enumerate(labels))
        entity = Entity(key="client", fields=(Field(key="name", type=Text()),))
        field = Field(key="stage", type=Choice(choices=choices))
        return Searched(entity, {"e.stage": field}, {"e.stage": EVERY_READER})

    stored = replace(new_scheme(of_labels("One", "Two"), "me"), complete=True)
    assert fit(stored, of_labels("One", "Two")) == "exact"
    assert fit(stored, of_labels("One", "Zwei")) == "rebuild"


def test_new_fields_join_the_class_of_the_same_readers_or_open_one() -> None:
    wanted = changed(note=A, secret=AB, open=EVERY_READER)
    assert fit(STORED, wanted) == "extend"
    grown = extended(STORED, wanted, "other")
    assert not grown.complete
    placed = {identity: each.visibility for identity, each in grown.fields.items()}
    assert placed["e.note"] == placed["e.pay"]
    assert placed["e.open"] == EVERYBODY
    assert placed["e.secret"] not in STORED.classes()
    assert fit(replace(grown, complete=True), wanted) == "exact"


def test_titles_show_only_what_everybody_sees() -> None:
    seers = {"name": EVERY_READER, "pay": A}

    def shown(title: str) -> bool:
        wanted = searched_fields(seers, title=title)
        return shows_title(new_scheme(wanted, "me"), wanted)

    assert shown("name")
    assert shown('CONCAT(name, " ", id)')
    assert not shown("CONCAT(name, pay)")
    assert not shown("CONCAT(name, owner.name)")
    assert not shown("CONCAT(name, unheard_of)")
