"""data import, data export, search, reindex."""

import csv
import io
from pathlib import Path

import pytest
import python_calamine

from tests.cli.conftest import SMALL, Workspace


@pytest.fixture
def clients(workspace: Workspace, tmp_path: Path) -> Path:
    """Give the workspace a card type, and a file of two good rows and one bad one."""
    workspace.run("apply", str(SMALL), "--yes")
    file = tmp_path / "clients.csv"
    file.write_text(f"name\nAlpha\n{'x' * 5000}\nБета\n", encoding="utf-8")
    return file


def names(workspace: Workspace, folder: Path) -> list[str]:
    """Return the names of all clients."""
    target = folder / "out.csv"
    workspace.run("data", "export", "client", str(target))
    rows = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8")))
    return [row["name"] for row in rows]


def test_bad_rows_go_to_the_error_file_and_good_ones_in(workspace: Workspace, clients: Path, tmp_path: Path) -> None:
    result = workspace.run("data", "import", "client", str(clients), expect=1)
    assert "3 rows: 2 new, 0 updated, 0 unchanged, 1 failed." in result.stdout
    assert "row 3 name " in result.stderr
    errors = (tmp_path / "clients-errors.csv").read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(io.StringIO(errors)))) == 2
    assert names(workspace, tmp_path) == ["Alpha", "Бета"]


def test_all_or_nothing_and_dry_run_keep_nothing(workspace: Workspace, clients: Path, tmp_path: Path) -> None:
    nothing = workspace.run("data", "import", "client", str(clients), "--all-or-nothing", expect=1)
    assert "2 good rows were not kept" in nothing.stdout
    workspace.run("data", "import", "client", str(clients), "--dry-run", expect=1)
    assert names(workspace, tmp_path) == []


def test_rows_found_by_key_are_updated(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run("apply", str(SMALL), "--yes")
    file = tmp_path / "clients.csv"
    file.write_text("name\nAlpha\nBeta\n")
    workspace.run("data", "import", "client", str(file), "--key", "name")
    again = workspace.run("data", "import", "client", str(file), "--key", "name").stdout
    assert "0 new, 0 updated, 2 unchanged" in again
    assert not (tmp_path / "clients-errors.csv").exists()


def test_file_that_makes_no_sense_is_refused(workspace: Workspace, clients: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("no_such_field\n1\n")
    assert "import.unknown_column" in workspace.run("data", "import", "client", str(file), expect=1).stderr
    assert not (tmp_path / "other-errors.csv").exists()
    assert "import.no_file" in workspace.run("data", "import", "client", "none.csv", expect=1).stderr
    assert "query.unknown_entity" in workspace.run("data", "import", "ghost", str(clients), expect=1).stderr
    assert "person.unknown" in workspace.run("data", "import", "client", str(clients), "--as", "x@y.z", expect=1).stderr


def test_export_is_read_back_equal(workspace: Workspace, clients: Path, tmp_path: Path) -> None:
    workspace.run("data", "import", "client", str(clients), expect=1)
    target = tmp_path / "all.csv"
    assert "2 records" in workspace.run("data", "export", "client", str(target)).stdout
    assert "0 new, 0 updated, 2 unchanged" in workspace.run("data", "import", "client", str(target)).stdout


def test_workbooks_are_written_whole_or_not_at_all(workspace: Workspace, clients: Path, tmp_path: Path) -> None:
    workspace.run("data", "import", "client", str(clients), expect=1)
    book, report = tmp_path / "clients.xlsx", tmp_path / "report.xlsx"
    assert "2 records" in workspace.run("data", "export", "client", str(book)).stdout
    rows = python_calamine.load_workbook(book).get_sheet_by_index(0).to_python()
    assert {"Alpha", "Бета"} <= {cell for row in rows for cell in row}
    workspace.run("report", "by_month", "-o", str(report))
    assert python_calamine.load_workbook(report).sheet_names
    before = report.read_bytes()
    assert "report.unknown" in workspace.run("report", "none", "-o", str(report), expect=1).stderr
    assert "query.unknown_entity" in workspace.run("data", "export", "ghost", str(book), expect=1).stderr
    assert report.read_bytes() == before
    workspace.run("report", "by_month", "-o", "report.pdf", expect=2)
    assert sorted(file.suffix for file in tmp_path.iterdir() if file.is_file()) == [".csv", ".csv", ".xlsx", ".xlsx"]


def test_reindexed_records_are_found(workspace: Workspace, clients: Path) -> None:
    workspace.run("data", "import", "client", str(clients), expect=1)
    workspace.run("reindex")
    assert "Бета" in workspace.run("search", "бета").stdout
    workspace.run("search", "nowhere", expect=1)
    assert "query.unknown_entity" in workspace.run("search", "x", "--entity", "ghost", expect=1).stderr
