"""The demo: made once, made anew when it was left half-made, started again in seconds."""

import re
import signal
from pathlib import Path

from kartoteka.cli.sample import PASSWORD, UNFINISHED
from tests.cli.conftest import Program, StartProgram, Workspace, logged_in, until

READY = r"is ready: (http://\S+)"
FIRST_SECONDS, SECOND_SECONDS = 90, 30


def start_demo(start_program: StartProgram, folder: Path) -> Program:
    """Start the demo on a free port, without a browser."""
    return start_program("demo", str(folder), "--port", "0", "--no-browser")


def test_demo_from_nothing_over_a_crash_to_the_second_start(start_program: StartProgram, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    crashed = start_demo(start_program, folder)
    until((folder / "data" / "kartoteka.db").exists, 60, lambda: crashed.text)
    crashed.end(signal.SIGKILL)
    assert (folder / UNFINISHED).exists()
    first = start_demo(start_program, folder)
    address = first.wait_for(READY, FIRST_SECONDS)[1]
    assert not (folder / UNFINISHED).exists()
    logins = re.findall(r"^  (\S+@\S+) ", first.wait_for("(?s).*Password of all.*").group(), re.MULTILINE)
    assert len(logins) >= 5
    with logged_in(address, logins[-1], PASSWORD) as client:
        assert client.get("/company").status_code == 200
    assert first.end() == 0
    second = start_demo(start_program, folder)
    second.wait_for(READY, SECOND_SECONDS)
    assert "Making" not in second.text


def test_demo_leaves_other_things_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    refused = Workspace(tmp_path).run("demo", str(tmp_path), "--port", "0", "--no-browser", expect=1)
    assert "workspace.folder_in_use" in refused.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]
