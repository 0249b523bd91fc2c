"""The indexer: what it builds by itself, what it leaves alone, and that two of them don't get in each other's way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.fieldtypes import Text
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import REINDEX_JOB, publish
from kartoteka.platform.records import INDEX_JOB, create_many
from kartoteka.platform.undoing import undo_plan
from kartoteka.search import indexer
from kartoteka.search.engine import IndexBusyError, RecordKey
from kartoteka.search.indexer import build, check_at_start, reindex
from tests.search.office import BOSS, SELLER, Office

MOTTO = Field(key="x_motto", type=Text())


def quiet(done: int, total: int) -> bool:
    return True


def change(office: Office, entity: str, **properties: Any) -> None:
    """Publish an entity with other properties."""
    with office.application.runtime.reading() as unit:
        catalog = unit.model.catalog
        changed = msgspec.structs.replace(catalog.entities[entity], **properties)
        stack = load_stack(unit.connection).with_local(catalog.with_definitions(changed).trees)
        plan = make_plan(unit.connection, unit.model, stack)
    assert publish(office.application.runtime.database, plan, actor="test")


def entity_of(office: Office, key: str) -> Entity:
    with office.application.runtime.reading() as unit:
        return unit.model.catalog.entities[key]


def waiting(office: Office) -> list[str]:
    with office.application.runtime.reading() as unit:
        return sorted(unit.connection.execute(select(tables.job.c.kind)).scalars())


def fed(office: Office) -> list[RecordKey]:
    """Note from now on which records go into the index."""
    noted: list[RecordKey] = []
    engine = office.finder.index.engine
    replace_all = engine.replace

    def noting(documents: Any) -> None:
        known = list(documents)
        noted.extend(each.key for each in known)
        replace_all(known)

    engine.replace = noting  # type: ignore[method-assign]
    return noted


def test_a_new_field_takes_in_only_records_that_have_it(office: Office) -> None:
    clients = [office.create("client", name=f"Firm {number}") for number in range(5)]
    office.work()
    noted = fed(office)
    old = entity_of(office, "client")
    change(office, "client", fields=(*old.fields, MOTTO))
    office.update("client", clients[2], x_motto="excelsior")
    assert office.find(BOSS, "excelsior") == {("client", clients[2])}
    office.work()
    assert {each.record_id for each in noted} == {clients[2]}
    assert office.find(BOSS, "excelsior") == {("client", clients[2])}
    assert not office.ask(BOSS, "firm ").by_sql


def with_motto(office: Office) -> tuple[int, Entity]:
    """A client with a value in a field of its own, and the entity as it was before that field."""
    old = entity_of(office, "client")
    change(office, "client", fields=(*old.fields, MOTTO))
    client = office.create("client", name="Firm", x_motto="quicksilver")
    office.work()
    assert office.find(BOSS, "quicksilver") == {("client", client)}
    return client, old


def test_a_retired_field_is_found_by_nobody_and_a_new_one_inherits_nothing(office: Office) -> None:
    client, old = with_motto(office)
    change(office, "client", fields=old.fields)
    change(office, "client", fields=(*old.fields, MOTTO))
    for _ in range(2):
        assert office.find(BOSS, "quicksilver") == set()
        assert office.find(BOSS, "firm") == {("client", client)}
        office.work()


def test_an_undone_retirement_is_found_again(office: Office) -> None:
    client, old = with_motto(office)
    change(office, "client", fields=old.fields)
    office.work()
    assert office.find(BOSS, "quicksilver") == set()
    with office.application.runtime.reading() as unit:
        number, plan = undo_plan(unit.connection, unit.model)
    publish(office.application.runtime.database, plan, actor="test", undoes=number)
    office.work()
    assert office.find(BOSS, "quicksilver") == {("client", client)}


def test_a_retired_card_type_leaves_the_index(office: Office) -> None:
    client = office.create("client", name="Firm")
    office.create("visit", client=client, report="quicksilver")
    office.work()
    with office.application.runtime.reading() as unit:
        trees = {each: tree for each, tree in unit.model.catalog.trees.items() if each.key != "visit"}
        trees = {each: tree for each, tree in trees.items() if each.entity != "visit"}
        for identity, tree in trees.items():
            if identity.kind == "role":
                rights = [each for each in tree.get("entities", []) if each["entity"] != "visit"]
                trees[identity] = {**tree, "entities": rights}
            if identity.kind == "menu":
                trees[identity] = {"key": tree["key"]}
        stack = load_stack(unit.connection).with_local(trees)
        plan = make_plan(unit.connection, unit.model, stack)
    publish(office.application.runtime.database, plan, actor="test")
    assert office.find(BOSS, "quicksilver", "client", "deal") == set()
    office.work()
    assert "visit" not in office.finder.index.schemes.all()
    assert all("quicksilver" not in file.read_bytes().decode("latin-1") for file in _files_of(office, "visit"))


def _files_of(office: Office, entity: str) -> list[Any]:
    engine = office.finder.index.folder / "engine"
    return [file for file in engine.rglob("*") if file.is_file() and entity in str(file.relative_to(engine))]


def test_nothing_is_built_that_is_right(office: Office) -> None:
    office.create("client", name="Firm")
    office.work()
    noted = fed(office)
    build(office.application.runtime, office.finder.index, quiet)
    check_at_start(office.application.runtime)
    office.work()
    assert noted == []


def test_jobs_of_records_without_an_index_ask_for_its_building(office: Office) -> None:
    office.finder.index.schemes.clear()
    office.create("client", name="Firm")
    assert waiting(office) == [INDEX_JOB]
    office.work()
    assert waiting(office) == []
    assert office.finder.index.schemes.all()["client"].complete
    assert len(office.find(BOSS, "firm")) == 1


def test_failed_jobs_are_tried_again_at_start(office: Office) -> None:
    office.create("client", name="Firm")
    with office.application.runtime.writing() as unit:
        unit.connection.execute(update(tables.job).values(status="failed", attempts=6))
    office.work()
    assert waiting(office) == [INDEX_JOB]
    assert len(office.find(BOSS, "firm")) == 1
    check_at_start(office.application.runtime)
    office.work()
    assert waiting(office) == []


def test_publishing_asks_for_building_in_the_same_transaction(office: Office) -> None:
    assert waiting(office) == []
    change(office, "client", label="Customer")
    assert waiting(office) == [REINDEX_JOB]


def test_building_tells_its_progress_and_stops_when_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "BATCH", 10)
    with office.application.runtime.writing() as unit:
        create_many(unit, SYSTEM, "client", [{"name": f"Firm {number}"} for number in range(35)])
    told: list[tuple[int, int]] = []

    def note(done: int, total: int) -> bool:
        told.append((done, total))
        return len(told) < 3

    reindex(office.application.runtime, office.finder.index, note)
    assert len(told) == 3
    assert told[-1][0] <= told[-1][1] == 35 + 4 + 0
    answer = office.ask(BOSS, "firm ", limit=100)
    assert (answer.by_sql, len(answer.found)) == (True, 35)
    build(office.application.runtime, office.finder.index, quiet)
    answer = office.ask(BOSS, "firm ", limit=100)
    assert (answer.by_sql, len(answer.found)) == (False, 35)


def test_the_newest_records_go_in_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "BATCH", 10)
    with office.application.runtime.writing() as unit:
        create_many(unit, SYSTEM, "client", [{"name": f"Firm {number}"} for number in range(35)])
    noted = fed(office)
    reindex(office.application.runtime, office.finder.index, quiet)
    clients = [each.record_id for each in noted if each.entity == "client"]
    assert clients == sorted(clients, reverse=True)
    assert len(clients) == 35


def test_two_builders_leave_one_whole_index(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "BATCH", 10)
    with office.application.runtime.writing() as unit:
        create_many(unit, SYSTEM, "client", [{"name": f"Firm {number}"} for number in range(60)])
    office.work()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            reindex(office.application.runtime, office.finder.index, quiet)
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    builders = [threading.Thread(target=run) for _ in range(2)]
    for each in builders:
        each.start()
    for each in builders:
        each.join()
    assert errors == []
    build(office.application.runtime, office.finder.index, quiet)
    answer = office.ask(BOSS, "firm ", limit=100)
    assert (len(answer.found), answer.by_sql) == (60, False)
    assert all(each.complete for each in office.finder.index.schemes.all().values())


def test_one_writer_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kartoteka.search.index._LOCK_SECONDS", 0.1)
    index = office.finder.index
    with index.lock():
        office.create("client", name="Firm")
        assert len(office.find(BOSS, "firm")) == 1
        with pytest.raises(IndexBusyError), index.lock():
            pass
    with index.lock():
        pass


def test_a_scheme_that_was_tampered_with_is_no_scheme(office: Office) -> None:
    seller = office.application.people[SELLER]
    office.create("client", name="Firm", remark="quicksilver", owner=seller)
    office.work()
    schemes = office.finder.index.schemes
    for broken in (b"", b"{", b"[]", b'{"client": 1}', b"\xff\xfe"):
        schemes.file.write_bytes(broken)
        assert schemes.all() == {}
        assert len(office.find(SELLER, "firm")) == 1
    office.work()
    assert len(office.find(SELLER, "quicksilver")) == 1


def test_schemes_are_read_again_when_another_process_wrote_them(office: Office) -> None:
    schemes = office.finder.index.schemes
    other = type(schemes)(schemes.file)
    before = schemes.all()["client"]
    other.put("client", replace(before, builder=f"somebody at {datetime.now(UTC)}"))
    assert schemes.all()["client"].builder != before.builder
    other.forget("client")
    assert "client" not in schemes.all()
