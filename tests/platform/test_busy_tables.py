"""A publish on PostgreSQL while somebody reads a table for long."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.packages import read_package
from kartoteka.metadata.problems import Conflict
from kartoteka.platform import publishing
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import make_plan
from tests.application import running
from tests.platform.workspace import SMALL


def test_a_publish_gives_way_to_a_long_reader_and_says_so(
    tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PAUSES", (0.01,))
    with running(tmp_path, postgresql_url, read_package(SMALL)) as application:
        application.create("client", name="Read for long")
        with application.runtime.reading() as unit:
            stack = load_stack(unit.connection)
            wanted = dict(stack.trees())
            client = Identity("entity", "", "client")
            fields = [*wanted[client]["fields"], {"key": "x_new", "type": "text"}]
            plan = make_plan(
                unit.connection, unit.model, stack.with_local({**wanted, client: {**wanted[client], "fields": fields}})
            )
            unit.connection.execute(select(unit.model.storage.of("client").main.c.id)).all()
            with pytest.raises(Conflict) as conflict:
                publishing.publish(application.runtime.database, plan, actor="test")
            assert conflict.value.problem.code == "plan.table_busy"
        assert publishing.publish(application.runtime.database, plan, actor="test") is not None
