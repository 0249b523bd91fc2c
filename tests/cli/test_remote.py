"""plan and apply over --url: a consultant upgrades a workspace that is served elsewhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.conftest import EMAIL, SMALL, StartProgram, Workspace
from tests.cli.test_configuration import state
from tests.cli.test_upgrades import customise, label_of_city, relabel


def test_a_workspace_elsewhere_is_upgraded(workspace: Workspace, tmp_path: Path, start_program: StartProgram) -> None:
    small = Path(shutil.copytree(SMALL, tmp_path / "small"))
    workspace.run("apply", str(small), "--yes")
    customise(workspace, tmp_path / "own", "Town")
    token = workspace.run("token", "create", EMAIL, "--name", "upgrades").stdout.split()[-1]
    token = next(word for word in token.split() if word.startswith("kt_"))
    server = start_program("--workspace", str(workspace.folder), "serve", "--port", "0", "--no-worker")
    url = server.wait_for(r"http://[\w.:]+").group(0)
    here = Workspace(tmp_path / "nowhere")
    there = ("--url", url, "--token", token)
    relabel(small, "Municipality", "1.1.0")

    told = here.run("plan", str(small), *there).stdout
    assert "entities/client.json fields.city.label" in told
    assert "Yours stays" in told
    saved = tmp_path / "decisions.json"
    here.run("plan", str(small), *there, "--save-decisions", str(saved), "--json")
    decisions = json.loads(saved.read_text(encoding="utf-8"))
    decisions["decisions"][0]["decision"] = "take"
    saved.write_text(json.dumps(decisions), encoding="utf-8")

    before = state(workspace)
    stale = here.run("apply", str(small), *there, "--yes", "--expect", "000000000000", expect=1)
    assert "plan.stale" in stale.stderr
    assert "request.wrong_token" in here.run("plan", str(small), "--url", url, "--token", "kt_no", expect=1).stderr
    assert "remote.unreachable" in here.run("plan", str(small), "--url", "http://127.0.0.1:9", expect=1).stderr
    assert "remote.no_address" in here.run("plan", str(small), "--url", "file:///etc", expect=1).stderr
    assert state(workspace) == before

    base = before[0]["hash_after"][:12]
    done = here.run("apply", str(small), *there, "--yes", "--expect", base, "--decisions", str(saved)).stdout
    assert "Published as No. 4" in done
    assert label_of_city(workspace) == "Municipality"
    assert "Nothing to change" in here.run("apply", str(small), *there, "--yes").stdout
