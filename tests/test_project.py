"""Promises about the project itself: names that don't collide, docs that are complete, figures that agree."""

import json
import platform
import re
import sysconfig
import tomllib
from pathlib import Path

import pytest

from tests.services import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LIBRARIES = (ROOT / "docs/decisions/0001-libraries.md").read_text(encoding="utf-8")
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def requirement_name(requirement: str) -> str:
    return re.split(r"[\[<>=; ]", requirement)[0]


def test_platform_is_still_the_standard_one() -> None:
    assert platform.__file__ is not None
    assert Path(platform.__file__).parent == Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"])
def test_runtime_dependency_is_bounded_and_explained(requirement: str) -> None:
    assert re.search(r"(?<!>)=\d|<\d", requirement.partition(";")[0]), "no upper bound"
    assert f"| {requirement_name(requirement)} |" in LIBRARIES


@pytest.mark.parametrize("name", json.loads((ROOT / "package.json").read_text())["dependencies"])
def test_browser_library_is_pinned_and_explained(name: str) -> None:
    pinned = json.loads((ROOT / "package.json").read_text())["dependencies"][name]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"][f"node_modules/{name}"]
    assert locked["version"] == pinned
    assert f"| {name} |" in LIBRARIES


def test_browser_lock_names_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize("lock", LOCKS)
def test_python_lock_has_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[A-Za-z])", text.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_both_python_locks_agree() -> None:
    runtime, development = (
        set(re.findall(r"^([A-Za-z][\w.-]*==\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in LOCKS
    )
    assert runtime <= development
