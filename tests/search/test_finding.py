"""What people find: at once, only what they may read, and by SQL where there is no index."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.records import create_many, delete, restore
from kartoteka.search.finding import suggest
from kartoteka.search.indexer import reindex
from tests.search.office import BOSS, KEEPER, READER, SELLER, Office


def quiet(done: int, total: int) -> bool:
    return True


# --- saves ------------------------------------------------------------------------------------------------


def test_a_save_is_found_before_and_after_the_worker_took_it(office: Office) -> None:
    client = office.create("client", name="Ромашка Трейд", remark="Оптовые поставки цветов", inn="7707083893")
    for text in ("ромашка", "цветы поставка ", "7707083893", "770708", '"оптовые поставки"'):
        assert office.find(BOSS, text) == {("client", client)}, text
    assert office.ask(BOSS, "ромашка").lagging
    office.work()
    for text in ("ромашка", "цветы поставка ", "7707083893", "770708", '"оптовые поставки"'):
        assert office.find(BOSS, text) == {("client", client)}, text
    answer = office.ask(BOSS, "ромашка")
    assert (answer.lagging, answer.by_sql) == (False, False)


def test_changes_and_the_trash_are_followed_at_once_and_after_the_worker(office: Office) -> None:
    client = office.create("client", name="First name")
    office.work()

    def holds(**expected: bool) -> None:
        for _ in range(2):
            assert {word: bool(office.find(BOSS, word)) for word in expected} == expected
            office.work()

    office.update("client", client, name="Second title")
    holds(first=False, second=True)
    with office.application.runtime.writing() as unit:
        delete(unit, SYSTEM, "client", client)
    holds(first=False, second=False)
    with office.application.runtime.writing() as unit:
        restore(unit, SYSTEM, "client", client)
    holds(first=False, second=True)


def test_a_broken_job_keeps_no_other_record_from_being_found(office: Office) -> None:
    clients = [office.create("client", name=f"Many of them {number}") for number in range(3)]
    office.work()
    assert office.find(BOSS, "many") == {("client", each) for each in clients}


def test_labels_of_choices_numbers_and_tags_are_found(office: Office) -> None:
    client = office.create("client", name="A", segment="new", tags=("Berlin", "VIP"), credit=None)
    office.work()
    with office.application.runtime.reading() as unit:
        code = unit.connection.exec_driver_sql("SELECT count(*) FROM kt_sequence").scalar_one()
    assert code
    for text in ("новый", "berlin vip ", "C-0001"):
        assert ("client", client) in office.find(BOSS, text), text


# --- who may find what ------------------------------------------------------------------------------------


@pytest.mark.parametrize("worker", [False, True])
def test_records_and_fields_of_others_are_not_found(office: Office, worker: bool) -> None:
    seller = office.application.people[SELLER]
    own = office.create("client", name="Own Firm", remark="quicksilver", owner=seller)
    other = office.create("client", name="Other Firm", remark="quicksilver", city="North", owner=None)
    if worker:
        office.work()
    assert office.find(BOSS, "quicksilver") == {("client", own), ("client", other)}
    assert office.find(SELLER, "quicksilver") == {("client", own)}
    assert office.find(KEEPER, "quicksilver") == {("client", other)}
    assert office.find(READER, "quicksilver") == set()
    assert office.find(READER, "firm ") == {("client", own), ("client", other)}
    assert office.find(READER, "firm quicksilver ") == set()


def test_nobody_finds_what_no_role_lets_read(office: Office) -> None:
    office.create("visit", client=office.create("client", name="Firm"), report="long talk about herring")
    office.work()
    assert office.find(SELLER, "herring")
    assert office.find(KEEPER, "herring") == set()
    assert office.find(READER, "herring") == set()


def test_titles_made_of_linked_records_are_left_out(office: Office) -> None:
    """The visit is called by its client's name, which a seller may not read."""
    client = office.create("client", name="Secretive", owner=None)
    visit = office.create("visit", client=client, report="weather")
    office.work()
    assert office.find(SELLER, "secretive") == set()
    assert office.find(SELLER, "weather") == {("visit", visit)}


def test_withdrawn_rights_hold_at_once_and_given_ones_after_the_worker(office: Office) -> None:
    client = office.create("client", name="Firm", city="Uppsala", remark="quicksilver")
    office.work()
    assert office.find(READER, "uppsala") == {("client", client)}
    office.change_role("reader", "client", city="hide")
    for _ in range(2):
        assert office.find(READER, "uppsala") == set()
        assert office.find(READER, "firm") == {("client", client)}
        assert office.find(BOSS, "uppsala") == {("client", client)}
        office.work()
    office.change_role("reader", "client", city="read", remark="read")
    assert office.find(READER, "uppsala") == {("client", client)}
    office.work()
    assert office.find(READER, "quicksilver uppsala ") == {("client", client)}
    assert not office.ask(READER, "quicksilver").by_sql


def test_words_are_offered_only_if_they_find_something_readable(office: Office) -> None:
    office.create("client", name="Contract", city="South")
    office.work()
    with office.application.runtime.reading() as unit:
        index = office.finder.index
        assert suggest(index, unit, office.actor(BOSS), "contarct", ["client"]) == "contract"
        assert suggest(index, unit, office.actor(KEEPER), "contarct", ["client"]) == ""
        assert suggest(index, unit, office.actor(BOSS), "two words", ["client"]) == ""


# --- answers ----------------------------------------------------------------------------------------------


def test_pages_and_counts(office: Office) -> None:
    with office.application.runtime.writing() as unit:
        create_many(unit, SYSTEM, "client", [{"name": f"Common {number}"} for number in range(70)])
        create_many(unit, SYSTEM, "deal", [{"subject": f"Common {number}"} for number in range(5)])
    office.work()
    pages = [office.ask(BOSS, "common ", limit=20, offset=offset, count_to=50) for offset in range(0, 100, 20)]
    found = [each for page in pages for each in page.found]
    assert len(found) == len(set(found)) == 75
    assert [page.more for page in pages] == [True, True, True, False, False]
    assert pages[0].counts == {"client": 50, "deal": 5, "visit": 0}


def test_one_entity_for_lists(office: Office) -> None:
    client = office.create("client", name="Common")
    office.create("deal", subject="Common")
    office.work()
    with office.application.runtime.reading() as unit:
        assert office.finder.find(unit, office.actor(BOSS), "common", "client", 10) == [client]
        assert office.finder.find(unit, office.actor(BOSS), "", "client", 10) == []
        assert office.finder.find(unit, office.actor(READER), "common", "visit", 10) == []


@pytest.mark.parametrize("worker", [False, True])
def test_naughty_strings_are_questions_like_any_other(office: Office, worker: bool, real: Path) -> None:
    strings: list[str] = json.loads((real / "blns.json").read_text(encoding="utf-8"))
    with office.application.runtime.writing() as unit:
        clean = [text for text in strings if text.strip() and text.isprintable() and len(text) < 200][:60]
        create_many(unit, SYSTEM, "client", [{"name": text} for text in clean])
    if worker:
        office.work()
    for text in strings[::15]:
        office.ask(BOSS, text)
        office.ask(SELLER, text)


# --- without an index -------------------------------------------------------------------------------------


@pytest.fixture(params=["lost", "scheme lost", "flipped"])
def broken_office(request: pytest.FixtureRequest, office: Office) -> Office:
    """An office with three clients whose index is lost or damaged."""
    seller = office.application.people[SELLER]
    for name, owner in (("Alpha Works", seller), ("Beta Works", None), ("Gamma", seller)):
        office.create("client", name=name, remark="hidden words", owner=owner)
    office.work()
    folder = office.finder.index.folder
    if request.param == "lost":
        shutil.rmtree(folder)
    elif request.param == "scheme lost":
        (folder / "schemes.json").unlink()
    else:
        for file in (each for each in (folder / "engine").rglob("*") if each.is_file() and each.stat().st_size > 40):
            content = bytearray(file.read_bytes())
            content[16:] = bytes(len(content) - 16)
            file.write_bytes(content)
    return office


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_lost_index_is_answered_by_sql_and_built_again_by_itself(broken_office: Office) -> None:
    office = broken_office
    for _ in range(2):
        assert {found[1] for found in office.find(BOSS, "works ")} == {1, 2}
        assert {found[1] for found in office.find(SELLER, "works ")} == {1}
    assert office.ask(BOSS, "works ").by_sql
    office.work()
    answer = office.ask(BOSS, "works ")
    assert (len(answer.found), answer.by_sql, answer.damaged) == (2, False, False)
    assert len(office.find(BOSS, "hidden words ")) == 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_save_over_a_broken_index_builds_it_again(broken_office: Office) -> None:
    office = broken_office
    client = office.create("client", name="Delta")
    office.work()
    office.ask(BOSS, "delta")
    office.work()
    assert office.find(BOSS, "delta") == {("client", client)}
    assert len(office.find(BOSS, "hidden words ")) == 3


def test_what_was_built_anew_answers_as_what_grew(office: Office) -> None:
    with office.application.runtime.writing() as unit:
        ids = create_many(unit, SYSTEM, "client", [{"name": f"Card {n} of {n % 7}"} for n in range(40)])
    office.work()
    for each in ids[::3]:
        office.update("client", each, remark=f"changed {each % 5}")
    office.work()
    questions = ("card ", "changed 3 ", "card 7 ", "chang", '"of 5"')
    before = [office.ask(BOSS, text, limit=100) for text in questions]
    reindex(office.application.runtime, office.finder.index, quiet)
    after = [office.ask(BOSS, text, limit=100) for text in questions]
    assert [sorted(each.found) for each in after] == [sorted(each.found) for each in before]
    assert all(each.found for each in after)
