"""Reading and writing packages: every problem at once, hostile zips, the way there and back."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata import packages
from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.keys import is_key
from kartoteka.metadata.packages import read_package, write_package, zip_package
from kartoteka.metadata.problems import Refused
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import normal, read_definition, shortened, write
from tests.platform.workspace import BASE, SMALL

MANIFEST = {"format": 1, "key": "mine", "version": "1.0.0"}


def write_files(folder: Path, **files: Any) -> Path:
    """Write files, `a__b` for a/b.json; dicts as JSON."""
    for name, content in ({"kartoteka": MANIFEST} | files).items():
        path = folder / (name.replace("__", "/") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def zip_of(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kartoteka.json", json.dumps(MANIFEST))
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def problems_of(path: Path) -> set[tuple[str, str | None, str | None]]:
    with pytest.raises(Refused) as refused:
        read_package(path)
    return {(each.code, each.file, each.pointer) for each in refused.value.problems}


def catalog_problems(path: Path) -> set[tuple[str, str | None, str | None]]:
    stack = Stack().with_package(read_package(BASE)).with_package(read_package(path))
    with pytest.raises(Refused) as refused:
        stack.catalog()
    return {(each.code, each.file, each.pointer) for each in refused.value.problems}


def test_every_problem_of_shape_is_told_at_once(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        entities__client={"key": "client", "icon": 5, "fields": [{"key": "a", "type": "text", "maxlength": 5}]},
        entities__deal='{"key": "deal",',
        entities__other={"key": "others"},
        lists__client__all={"entity": "client", "key": "all", "columns": "name"},
        odd__thing={},
    )
    assert problems_of(tmp_path) == {
        ("schema.type", "entities/client.json", "/icon"),
        ("schema.unknown_property", "entities/client.json", "/fields/0/maxlength"),
        ("package.not_json", "entities/deal.json", ""),
        ("package.misplaced", "entities/other.json", "/key"),
        ("schema.type", "lists/client/all.json", "/columns"),
        ("package.unknown_file", "odd/thing.json", ""),
    }


def test_every_problem_of_meaning_is_told_at_once(tmp_path: Path) -> None:
    fields = [
        {"key": "in", "type": "text"},
        {"key": "version", "type": "text"},
        {"key": "boss", "type": "link", "target": "nobody"},
        {"key": "name", "type": "text", "default": "1 + 1"},
        {"key": "name", "type": "text"},
        {"key": "note", "type": "long_text", "unique": True},
        {"key": "novel", "type": "text", "unique": True, "max_length": 5000},
        {"key": "one", "type": "formula", "result": "number", "expression": "two + 1"},
        {"key": "two", "type": "formula", "result": "number", "expression": "one + 1"},
    ]
    write_files(
        tmp_path,
        entities__client={"key": "client", "fields": fields, "owner": "name"},
        lists__client__all={"entity": "client", "key": "all", "columns": ["name", "nam"], "filter": "name"},
        roles__r={"key": "r", "entities": [{"entity": "client", "read": "all", "condition": "nam = 1"}]},
        reports__r={"key": "r", "entity": "client", "sort": ["nam"]},
    )
    client = "entities/client.json"
    assert catalog_problems(tmp_path) == {
        ("field.reserved_word", client, "/fields/0/key"),
        ("field.reserved", client, "/fields/1/key"),
        ("unknown.entity", client, "/fields/2/target"),
        ("expression.kind_mismatch", client, "/fields/3/default"),
        ("field.duplicate", client, "/fields/4"),
        ("field.cannot_be_unique", client, "/fields/5/unique"),
        ("field.too_long_to_be_unique", client, "/fields/6/unique"),
        ("formula.cycle", client, "/fields/7/expression"),
        ("formula.cycle", client, "/fields/8/expression"),
        ("entity.owner_is_no_user", client, "/owner"),
        ("unknown.field", "lists/client/all.json", "/columns/1/field"),
        ("expression.kind_mismatch", "lists/client/all.json", "/filter"),
        ("expression.unknown_field", "roles/r.json", "/entities/0/condition"),
        ("unknown.field", "reports/r.json", "/sort/0/field"),
    }


def test_a_formula_that_comes_back_over_a_link_is_refused(tmp_path: Path) -> None:
    fields = [
        {"key": "boss", "type": "link", "target": "client"},
        {"key": "level", "type": "formula", "result": "number", "expression": "boss.level + 1"},
    ]
    write_files(tmp_path, entities__client={"key": "client", "fields": fields})
    assert catalog_problems(tmp_path) == {("formula.cycle", "entities/client.json", "/fields/1/expression")}


@pytest.mark.parametrize("key", ["a" * 60, "x_rank", "a1"])
def test_keys(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["a" * 61, "клиент", "Client", "1a", "", "a b", "client\n", "_a"])
def test_what_is_no_key(key: str, tmp_path: Path) -> None:
    assert not is_key(key)
    write_files(tmp_path, entities__client={"key": "client", "fields": [{"key": key, "type": "text"}]})
    assert problems_of(tmp_path) == {("schema.pattern", "entities/client.json", "/fields/0/key")} or len(key) > 60


def test_an_extension_says_only_what_it_adds(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        entities__client={
            "key": "client",
            "fields": [{"key": "x_vip", "type": "boolean"}, {"key": "city", "after": "name"}],
        },
    )
    stack = (
        Stack().with_package(read_package(BASE)).with_package(read_package(SMALL)).with_package(read_package(tmp_path))
    )
    keys = [field.key for field in stack.catalog().entities["client"].fields]
    assert keys[:2] == ["name", "city"]
    assert keys[-1] == "x_vip"


def test_what_is_incomplete_after_merging_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, entities__client={"key": "client", "fields": [{"key": "x_vip", "label": "VIP"}]})
    assert catalog_problems(tmp_path) == {("schema.missing_property", "entities/client.json", "/fields/0")}


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "entities/../../evil.json", "a\\b.json", "c:evil.json"]
)
def test_a_zip_may_not_lead_out(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"package\.(path_leads_out|broken_zip)"):
        read_package(zip_of(tmp_path / "p.zip", **{name: b"{}"}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zip_of(tmp_path / "p.zip", **{"data/zeros.csv": bytes(packages.LARGEST_FILE + 1)})
    assert bomb.stat().st_size < 100_000
    assert problems_of(bomb) == {("package.file_too_large", "data/zeros.csv", None)}


def test_a_package_is_limited_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LARGEST_PACKAGE", 1000)
    many = zip_of(tmp_path / "p.zip", **{f"data/{n}.csv": b"x" * 400 for n in range(5)})
    assert problems_of(many) == {("package.too_large", None, None)}


@pytest.mark.parametrize("place", range(30, 400, 23))
def test_a_damaged_zip_is_a_problem(place: int, tmp_path: Path) -> None:
    """Whatever byte is flipped: the package is read as it was, or refused."""
    path = zip_of(tmp_path / "p.zip", **{"data/a.csv": bytes(range(256)) * 4})
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0xFF
    path.write_bytes(data)
    with suppress(Refused):
        assert read_package(path).files.keys() <= {"data/a.csv"}


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret")
    folder = write_files(tmp_path / "package")
    (folder / "data").mkdir()
    (folder / "data" / "rows.csv").symlink_to(tmp_path / "secret.csv")
    assert problems_of(folder) == {("package.path_leads_out", "data/rows.csv", None)}


def test_a_missing_requirement_is_told() -> None:
    with pytest.raises(Refused, match=r"package\.requires"):
        Stack().with_package(read_package(SMALL))


@pytest.mark.parametrize("path", [BASE, SMALL])
def test_the_way_there_and_back(path: Path, tmp_path: Path) -> None:
    package = read_package(path)
    write_package(package, tmp_path / "folder")
    zip_package(package, tmp_path / "package.zip")
    assert read_package(tmp_path / "folder") == package
    assert read_package(tmp_path / "package.zip") == package
    for identity, tree in package.definitions.items():
        assert normal(shortened(tree)) == tree
        written = write(read_definition(identity, tree))
        assert write(read_definition(identity, written)) == written


def test_a_zip_is_the_same_each_time(tmp_path: Path) -> None:
    zip_package(read_package(SMALL), tmp_path / "a.zip")
    zip_package(read_package(SMALL), tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_report_may_group_twice_by_one_field() -> None:
    definition = read_package(SMALL).definitions[Identity("report", "", "by_month")]
    catalog = Stack().with_package(read_package(BASE)).with_package(read_package(SMALL)).catalog()
    assert len(definition["groups"]) == 2
    assert [group.by for group in catalog.reports["by_month"].groups] == ["year", "month"]
