"""The worker: lanes, batches, failures, leases."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import jobs, tables
from kartoteka.platform.configuration import create_tables
from kartoteka.platform.database import Database
from kartoteka.platform.jobs import Job
from kartoteka.platform.runtime import BatchHandler, Runtime
from kartoteka.platform.worker import Lane, Worker


class Office:
    """A database with jobs, and handlers that note what they were given."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        create_tables(self.database)
        self.batches: list[list[Any]] = []
        self.done: list[Any] = []
        self.batch = BatchHandler(self._work, most=10)
        handlers = {"batch": self.batch, "single": self._do, "wrong": self._refuse}
        services = SimpleNamespace(database=self.database, handlers=handlers, at_start=())
        self.worker = Worker(cast("Runtime", services))

    def _work(self, runtime: Runtime, taken: Sequence[Job]) -> None:
        self.batches.append([job.payload["n"] for job in taken])
        if any(job.payload["n"] == "poison" for job in taken):
            raise ValueError("poison")
        self.done += [job.payload["n"] for job in taken]

    def _do(self, runtime: Runtime, job: Job) -> dict[str, Any] | None:
        self.done.append(job.payload["n"])
        return {"n": job.payload["n"]} if job.user_id else None

    def _refuse(self, runtime: Runtime, job: Job) -> None:
        raise Refused([Problem("field.unknown")])

    def enqueue(self, kind: str, *numbers: Any, user_id: int | None = None) -> None:
        with self.database.write() as connection:
            jobs.enqueue(connection, kind, [{"n": n} for n in numbers], datetime.now(UTC), user_id=user_id)

    def rows(self) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(tables.job).order_by(tables.job.c.id)))


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    yield office
    office.database.close()


BATCH = "batch"


def batch_lane(office: Office) -> Lane:
    return Lane((BATCH,), office.batch)


def test_batch_takes_the_oldest_up_to_its_size(office: Office) -> None:
    office.enqueue(BATCH, *range(25))
    while office.worker.step(batch_lane(office)):
        pass
    assert office.batches == [list(range(10)), list(range(10, 20)), list(range(20, 25))]
    assert office.rows() == []


def test_only_the_job_to_blame_fails(office: Office) -> None:
    office.enqueue(BATCH, 1, "poison", 3)
    office.worker.step(batch_lane(office))
    assert office.done == [1, 3]
    (row,) = office.rows()
    assert row.payload == {"n": "poison"}
    assert (row.status, row.attempts, row.error) == ("waiting", 1, "ValueError: poison")
    assert row.due_at > datetime.now(UTC) + timedelta(seconds=5)


def test_nobody_else_is_at_a_batch_kind(office: Office) -> None:
    office.enqueue(BATCH, 1, 2)
    with office.database.write() as connection:
        held = jobs.claim(connection, [BATCH], datetime.now(UTC), 1, alone=True)
    assert not office.worker.step(batch_lane(office))
    assert office.batches == []
    with office.database.write() as connection:
        jobs.finish(connection, [held[0].id])
    assert office.worker.step(batch_lane(office))
    assert office.done == [2]


def test_abandoned_jobs_are_taken_again_and_at_last_given_up(office: Office) -> None:
    office.enqueue("single", 1)
    lane = Lane(("single",))
    for _ in range(jobs.MOST_ATTEMPTS):
        with office.database.write() as connection:
            assert len(jobs.claim(connection, ["single"], datetime.now(UTC))) == 1
        assert not office.worker.step(lane), "its lease still runs"
        with office.database.write() as connection:
            connection.execute(update(tables.job).values(leased_until=datetime.now(UTC) - timedelta(seconds=1)))
    assert not office.worker.step(lane)
    assert office.done == []
    assert [(row.status, row.error) for row in office.rows()] == [("failed", "worker died")]


def test_result_is_kept_for_who_waits_and_refusals_are_final(office: Office) -> None:
    office.enqueue("single", 7, user_id=1)
    office.enqueue("wrong", 8)
    lane = Lane(("single", "wrong"))
    assert office.worker.step(lane)
    assert office.worker.step(lane)
    assert not office.worker.step(lane)
    assert [(row.status, row.result) for row in office.rows()] == [("done", {"n": 7}), ("failed", None)]


def test_lease_of_a_long_job_is_renewed(office: Office) -> None:
    office.enqueue("single", 1)
    with office.database.write() as connection:
        taken = jobs.claim(connection, ["single"], datetime.now(UTC))
        connection.execute(update(tables.job).values(leased_until=datetime.now(UTC) + timedelta(seconds=10)))
    before = office.rows()[0].leased_until
    with office.worker._holding(taken):
        office.worker._renew()
    after = office.rows()[0].leased_until
    assert after > before + timedelta(seconds=10)
    office.worker._renew()
    assert office.rows()[0].leased_until == after


def test_run_does_all_kinds_side_by_side_until_told_to_stop(office: Office) -> None:
    assert [lane.kinds for lane in office.worker.lanes()] == [(BATCH,), ("single", "wrong"), ("single", "wrong")]
    office.enqueue(BATCH, 1)
    office.enqueue("single", 2)
    thread = Thread(target=office.worker.run)
    thread.start()
    waiting = Event()
    for _ in range(100):
        if not office.rows():
            break
        waiting.wait(0.05)
    office.worker.stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert sorted(office.done) == [1, 2]


def test_a_database_that_fails_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(f"sqlite:///{tmp_path / 'x.db'}")
    office.enqueue("single", 1)
    monkeypatch.setattr("kartoteka.platform.worker.HEAL_SECONDS", 0.1)
    with office.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE kt_job RENAME TO gone")
    thread = Thread(target=office.worker.run)
    thread.start()
    Event().wait(0.3)
    with office.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO kt_job")
    for _ in range(100):
        if office.done:
            break
        Event().wait(0.05)
    office.worker.stop.set()
    thread.join(10)
    assert office.done == [1]
    office.database.close()
