"""A publish over a big table from the command line: seen through with a bar, gone on with, called off."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from kartoteka.platform import forecasts
from kartoteka.platform.preparing import publications
from kartoteka.platform.settings import load_settings
from tests.cli.conftest import SMALL, Workspace
from tests.cli.test_configuration import state
from tests.platform import workspace as platform
from tests.platform.workspace import edited


@pytest.fixture
def ranked(any_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Give a workspace with three clients that have a rank, which is many here."""
    any_workspace.run("apply", str(SMALL), "--yes")
    monkeypatch.setattr(forecasts, "MOST_FILLED_AT_ONCE", 2)
    with closing(opened(any_workspace)) as inside:
        for rank in range(3):
            inside.create("client", name=f"Client {rank}", inn=f"770000000{rank}", rank=rank)
    return any_workspace


def opened(workspace: Workspace) -> platform.Workspace:
    """Open the same database past the command line."""
    return platform.Workspace(load_settings(workspace.folder).url, packages=())


def begin(workspace: Workspace) -> None:
    """Begin to let the rank become a text, and leave it at that."""
    with closing(opened(workspace)) as inside:
        plan = inside.plan(edited(inside.trees(), "client", rank={"type": "text"}))
        assert isinstance(publications.publish_or_begin(inside.database, plan, actor="Olga"), publications.Begun)


def test_apply_tells_it_beforehand_and_sees_it_through(ranked: Workspace, tmp_path: Path) -> None:
    (tmp_path / "more" / "entities").mkdir(parents=True)
    manifest = {"format": 1, "key": "more", "version": "1.0.0"}
    (tmp_path / "more" / "kartoteka.json").write_text(json.dumps(manifest), encoding="utf-8")
    client = {"key": "client", "fields": [{"key": "rank", "type": "text"}]}
    (tmp_path / "more" / "entities" / "client.json").write_text(json.dumps(client), encoding="utf-8")
    said = ranked.run("apply", str(tmp_path / "more"), "--yes").stdout
    assert "beside everybody's work" in said
    assert "Published as No. 3" in said
    assert "Nothing to change" in ranked.run("apply", str(tmp_path / "more"), "--yes").stdout
    assert "Published as No. 4" in ranked.run("undo", "--yes").stdout


def test_what_somebody_left_is_gone_on_with(ranked: Workspace) -> None:
    begin(ranked)
    refused = ranked.run("undo", "--yes", expect=1)
    assert "plan.under_way" in refused.stderr
    assert "Olga" in refused.stderr
    assert "Published as No. 3" in ranked.run("publishing").stdout
    assert "No publish is under way" in ranked.run("publishing").stdout


def test_it_is_called_off(ranked: Workspace) -> None:
    before = state(ranked)
    begin(ranked)
    assert "Nothing has been changed" in ranked.run("publishing", "--cancel", expect=1).stderr
    assert state(ranked) == before
    assert "No publish is under way" in ranked.run("publishing", "--cancel").stdout
