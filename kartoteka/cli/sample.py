"""The demo workspace: base and sales with sample data, made once, and made anew when it was left half-made."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kartoteka.cli.founding import FOLDERS, check_is_free, install, make_folders, write_settings
from kartoteka.cli.shipped import BASE, FOLDER
from kartoteka.cli.terminal import opened, read_settings
from kartoteka.forms.imports.samples import load_samples
from kartoteka.metadata.definitions import Role
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.packages import read_package
from kartoteka.metadata.problems import Refused
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.people import set_password
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import FILE

UNFINISHED = ".unfinished"
"""Lies in a demo that is being made; one that is left with it is made anew."""
SALES = "sales"
PASSWORD = "kartoteka"  # noqa: S105 - the demo's, printed for everybody


def is_finished(folder: Path) -> bool:
    """Tell whether the folder holds a demo, or another workspace, that is complete."""
    return (folder / FILE).is_file() and not (folder / UNFINISHED).exists()


def make(folder: Path) -> None:
    """Make the demo. Raises Refused where the folder holds something else."""
    if (folder / UNFINISHED).exists():
        clear(folder)
    check_is_free(folder)
    make_folders(folder)
    (folder / UNFINISHED).touch()
    with opened(read_settings(folder, {"demo": True})) as runtime:
        install(runtime, BASE, SALES)
        _fill(runtime)
    write_settings(folder, {"demo": True})
    (folder / UNFINISHED).unlink()


def clear(folder: Path) -> None:
    """Take out what makes a workspace, and nothing else."""
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (FILE, UNFINISHED):
        (folder / name).unlink(missing_ok=True)


def _fill(runtime: Runtime) -> None:
    """Load the sample data; all sample people get the one password."""
    for entity, result in load_samples(runtime.writing, read_package(FOLDER / SALES)).items():
        if result.problems:
            raise Refused(each.problem.at(file=f"samples/{entity}.csv") for each in result.problems)
    with runtime.writing() as unit:
        for person in fetch(unit, SYSTEM, Query("user", limit=None, titles=False)).rows:
            set_password(unit, person.id, PASSWORD)


@dataclass(frozen=True, slots=True)
class Login:
    """A sample person who may log in."""

    email: str
    name: str
    roles: tuple[str, ...]


def logins(runtime: Runtime, language: str) -> list[Login]:
    """Return the sample people with the labels of their roles, administrators first."""
    with runtime.reading() as unit:
        rows = fetch(unit, SYSTEM, Query("user", ("email", "name", "roles", "active"), limit=None, titles=False)).rows
        roles = unit.model.catalog.roles
    people = [row.values for row in rows if row.values["active"]]
    people.sort(key=lambda each: not any(roles[key].administrator for key in each["roles"] or () if key in roles))
    return [
        Login(p["email"], p["name"], tuple(_label(roles, key, language) for key in p["roles"] or ())) for p in people
    ]


def _label(roles: Mapping[str, Role], key: str, language: str) -> str:
    return label_in(roles[key].label, language, title_from_key(key)) if key in roles else title_from_key(key)
