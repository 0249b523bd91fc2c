"""Making a workspace: folders, settings, tables, packages, the first person."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from kartoteka.cli.shipped import FOLDER
from kartoteka.cli.terminal import person_here
from kartoteka.metadata.exports import applied
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.people import set_password
from kartoteka.platform.plans import make_plan
from kartoteka.platform.publishing import publish
from kartoteka.platform.records import create
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.settings import FILE, Settings
from kartoteka.platform.units import Unit

ADMINISTRATOR = "administrator"
FOLDERS = ("data", "files", "index", "cache")
HEAD = """\
# The settings of this workspace. A line that begins with # shows the default.
# Each may also be given as an environment variable: KARTOTEKA_PORT=8080, for instance.
"""


def make_folders(folder: Path) -> None:
    """Make the workspace's folders; only this system's user may look into them."""
    for name in ("", *FOLDERS):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)


def write_settings(folder: Path, values: Mapping[str, Any]) -> None:
    """Write kartoteka.toml: the values given, and all others as comments. It makes the folder a workspace."""
    file = folder / FILE
    file.touch(mode=0o600)
    file.write_text("\n".join([HEAD, *_settings(values)]), encoding="utf-8")


def _settings(values: Mapping[str, Any]) -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        if name == "workspace":
            continue
        given = values.get(name, field.default)
        line = tomli_w.dumps({name: given}).strip()
        yield f"# {field.description}\n{'' if given != field.default else '# '}{line}\n"


def is_in_use(runtime: Runtime) -> bool:
    """Tell whether the database has a configuration already: of another server of the same system, say."""
    with runtime.reading() as unit:
        return unit.model.revision > 0


def install(runtime: Runtime, *names: str) -> None:
    """Apply packages that we ship, one publish each."""
    for name in names:
        with runtime.reading() as unit:
            stack = applied(load_stack(unit.connection), FOLDER / name)
            plan = make_plan(unit.connection, unit.model, stack)
        publish(runtime.database, plan, actor=person_here(), why=f"{name} {stack.packages[-1].version}")


def add_person(unit: Unit, data: Mapping[str, Any], password: str) -> int:
    """Make a person who can log in and return the id; `data` are values as JSON has them. Raises Refused."""
    fields = unit.model.catalog.fields("user")
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, given in data.items():
        try:
            values[key] = None if given is None else fields[key].type.load(given)
        except InvalidValue as error:
            problems.append(error.problem.at(field=key))
    person = create(unit, SYSTEM, "user", values, problems)
    set_password(unit, person, password)
    return person


def add_administrator(unit: Unit, email: str, name: str, password: str, language: str) -> int:
    """Make the first person, who may do everything. Raises Refused."""
    data = {"email": email, "name": name or email, "roles": [ADMINISTRATOR], "language": language}
    return add_person(unit, data, password)


def make_password() -> str:
    """Return a password that nobody guesses."""
    return secrets.token_urlsafe(12)


def check_is_free(folder: Path) -> None:
    """Raise Refused where something else lies in the folder."""
    if (folder / FILE).exists():
        raise Refused([Problem("workspace.exists", {"path": str(folder)})])
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise Refused([Problem("workspace.folder_in_use", {"path": str(folder)})])
