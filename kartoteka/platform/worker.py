"""The worker: does what must follow a commit, in a process of its own. `kartoteka serve` starts one.

Each batch kind (the search index) has a lane of its own, so that a long export never keeps a save from being found.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from kartoteka.metadata.problems import BadRequest, Forbidden, NotFound, Refused
from kartoteka.platform import jobs
from kartoteka.platform.jobs import Job
from kartoteka.platform.runtime import BatchHandler, Runtime

POLL_SECONDS = 0.2
RENEW_SECONDS = 5.0
HEAL_SECONDS = 1.0
"""Pause after the database failed."""
SINGLE_LANES = 2
"""Jobs that are done side by side besides the batches."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lane:
    """Kinds of jobs that are done one after the other. `batch` is set where they are done many at once."""

    kinds: tuple[str, ...]
    batch: BatchHandler | None = None


@dataclass
class Worker:
    """Claims jobs and does them until `stop` is set; what is being done then is finished."""

    runtime: Runtime
    stop: Event = field(default_factory=Event)
    _held: set[int] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def run(self) -> None:
        """Work until told to stop."""
        self._begin()
        threads = [Thread(target=self._drive, args=(lane,), name=f"lane {lane.kinds[0]}") for lane in self.lanes()]
        for thread in threads:
            thread.start()
        _log.info("worker started", kinds=sorted(self.runtime.handlers))
        while not self.stop.wait(RENEW_SECONDS):
            self._renew()
        for thread in threads:
            while thread.is_alive():
                thread.join(RENEW_SECONDS)
                self._renew()
        _log.info("worker stopped")

    def _begin(self) -> None:
        for each in self.runtime.at_start:
            try:
                each(self.runtime)
            except SQLAlchemyError as error:
                _log.error("the database failed", error=str(error))

    def lanes(self) -> list[Lane]:
        """Return the lanes that the job kinds of this runtime need."""
        handlers = self.runtime.handlers
        found = [Lane((kind,), each) for kind, each in handlers.items() if isinstance(each, BatchHandler)]
        single = tuple(kind for kind, each in handlers.items() if not isinstance(each, BatchHandler))
        return found + [Lane(single)] * (SINGLE_LANES if single else 0)

    def _drive(self, lane: Lane) -> None:
        try:
            while not self.stop.is_set():
                self.stop.wait(self._pause_after_step(lane))
        finally:
            self.stop.set()  # a lane that breaks ends the worker; whoever keeps it starts a new one

    def _pause_after_step(self, lane: Lane) -> float:
        try:
            return 0.0 if self.step(lane) else POLL_SECONDS
        except SQLAlchemyError as error:
            _log.error("the database failed", kinds=lane.kinds, error=str(error))
            return HEAL_SECONDS

    def step(self, lane: Lane) -> bool:
        """Do the next job, or batch of them; False when there is none."""
        with self.runtime.database.read() as connection:
            if not jobs.has_due(connection, lane.kinds, datetime.now(UTC)):
                return False
        most = lane.batch.most if lane.batch else 1
        with self.runtime.database.write() as connection:
            taken = jobs.claim(connection, lane.kinds, datetime.now(UTC), most, alone=lane.batch is not None)
            for job in taken:
                if job.attempts > jobs.MOST_ATTEMPTS:
                    jobs.fail(connection, job, "worker died", datetime.now(UTC), final=True)
        taken = [job for job in taken if job.attempts <= jobs.MOST_ATTEMPTS]
        if not taken:
            return False
        with self._holding(taken):
            self._do(lane, taken)
        return True

    def _do(self, lane: Lane, taken: Sequence[Job]) -> None:
        if lane.batch is None or len(taken) == 1 or not self._do_batch(lane.batch, taken):
            for job in taken:
                self._do_one(job)

    def _do_batch(self, handler: BatchHandler, taken: Sequence[Job]) -> bool:
        """Do all at once. False when it failed: one by one, only the job that is to blame fails."""
        started = time.monotonic()
        try:
            handler.work(self.runtime, taken)
        except Exception as error:  # noqa: BLE001 - whatever it is, it will be raised again and kept with its job
            _log.warning("batch failed", kind=taken[0].kind, count=len(taken), error=repr(error))
            return False
        with self.runtime.database.write() as connection:
            jobs.finish(connection, [job.id for job in taken])
        _log.info("batch done", kind=taken[0].kind, count=len(taken), seconds=_since(started))
        return True

    def _do_one(self, job: Job) -> None:
        started = time.monotonic()
        try:
            result = self._result(job)
        except jobs.Cancelled:
            _log.info("job cancelled", id=job.id, kind=job.kind, seconds=_since(started))
            return
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is kept with its job and shown
            _log.warning("job failed", id=job.id, kind=job.kind, attempt=job.attempts, exc_info=error)
            final = isinstance(error, (Refused, BadRequest, Forbidden, NotFound))  # trying again changes nothing
            with self.runtime.database.write() as connection:
                jobs.fail(connection, job, f"{type(error).__name__}: {error}", datetime.now(UTC), final=final)
            return
        with self.runtime.database.write() as connection:
            jobs.finish(connection, [job.id], result)
        _log.info("job done", id=job.id, kind=job.kind, seconds=_since(started))

    def _result(self, job: Job) -> Any:
        handler = self.runtime.handlers[job.kind]
        if isinstance(handler, BatchHandler):
            return handler.work(self.runtime, [job])
        return handler(self.runtime, job)

    @contextmanager
    def _holding(self, taken: Sequence[Job]) -> Iterator[None]:
        ids = {job.id for job in taken}
        with self._lock:
            self._held |= ids
        try:
            yield
        finally:
            with self._lock:
                self._held -= ids

    def _renew(self) -> None:
        """Keep the leases of what is being done."""
        with self._lock:
            held = tuple(self._held)
        if not held:
            return
        try:
            with self.runtime.database.write() as connection:
                jobs.renew(connection, held, datetime.now(UTC))
        except SQLAlchemyError as error:
            _log.error("leases could not be renewed", error=str(error))


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
