"""Another workspace over its API: the same plan and apply, for whoever looks after many clients."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import typer

from kartoteka.cli.counting import counting
from kartoteka.cli.package_tests import show_remote_comparison
from kartoteka.cli.plan_text import MARKS, SHORT_HASH
from kartoteka.cli.terminal import Terminal
from kartoteka.metadata.definitions import FORMAT
from kartoteka.metadata.packages import DECISIONS_FILE, read_package, zip_package
from kartoteka.metadata.problems import Message, Problem, Refused
from kartoteka.metadata.trees import Tree, encode
from kartoteka.platform.package_rows.lines import MOST_SIDES
from kartoteka.platform.saved_plans import PLAN_TYPE

PATH = "/-/api/v1"
PLAN_SUFFIX = ".json"
"""How the name of a saved plan ends; packages are folders and zips."""
SECONDS = 600
"""How long a publish over there may take."""
LOOK_SECONDS = 1
"""How often is looked how far a publish over there is."""
Url = Annotated[str, typer.Option(metavar="URL", help="A workspace that is served elsewhere, over its API.")]
Token = Annotated[str, typer.Option(metavar="TOKEN", envvar="KARTOTEKA_TOKEN", help="An administrator's, for --url.")]


class Body(NamedTuple):
    """What is sent to be planned: a package as zip, or a plan that was saved."""

    content: bytes
    media_type: str = "application/zip"


@dataclass(frozen=True, slots=True)
class Remote:
    """A workspace that is served elsewhere."""

    url: str
    token: str
    language: str

    def plans(self, body: Body, **parameters: str) -> Tree:
        """Return the plan of what is sent; with `apply` it is published. Raises Refused."""
        asked = urlencode({name: value for name, value in parameters.items() if value})
        return self._asked(f"/plans?{asked}", body.content, body.media_type)

    def publishing(self, number: int) -> Tree:
        """Return how far a publish over big tables is. Raises Refused."""
        return self._asked(f"/publishing/{number}", None)

    def _asked(self, path: str, body: bytes | None, media_type: str = "application/json") -> Tree:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": media_type,
            "Accept-Language": self.language,
        }
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise Refused([Problem("remote.no_address", {"url": self.url})])
        request = Request(f"{self.url.rstrip('/')}{PATH}{path}", body, headers)  # noqa: S310 - checked above
        try:
            with _OPENER.open(request, timeout=SECONDS) as answer:
                return self._tree(answer.read(), answer.status)
        except HTTPError as error:
            with error:
                raise Refused(self._problems(error)) from error
        except (URLError, OSError) as error:
            reason = str(getattr(error, "reason", error))
            raise Refused([Problem("remote.unreachable", {"url": self.url, "reason": reason})]) from error

    def _tree(self, data: bytes, status: int) -> Tree:
        try:
            tree = json.loads(data)
        except ValueError:
            tree = None
        if not isinstance(tree, dict):
            raise Refused([Problem("remote.strange", {"url": self.url, "status": status})])
        return tree

    def _problems(self, error: HTTPError) -> list[Problem]:
        found = self._tree(error.read(), error.code).get("problems")
        names = ("code", "params", "field", "file", "pointer")
        problems = [Problem(**{name: each[name] for name in names if name in each}) for each in found or ()]
        return problems or [Problem("remote.strange", {"url": self.url, "status": error.code})]


class _Stay(HTTPRedirectHandler):
    """Follows no redirection: the token is meant for this address alone."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Refuse."""


_OPENER = build_opener(_Stay)


def packed(path: Path, decisions: Path | None) -> Body:
    """Return a saved plan, or a package as zip with a file of decisions where one is given. Raises Refused."""
    if path.suffix == PLAN_SUFFIX:
        return Body(path.read_bytes(), PLAN_TYPE)
    package = read_package(path)
    if decisions:
        package = replace(package, files={**package.files, DECISIONS_FILE: decisions.read_bytes()})
    with TemporaryDirectory(prefix="kartoteka-") as folder:
        file = Path(folder) / "package.zip"
        zip_package(package, file)
        return Body(file.read_bytes())


def decisions_in(plan: Tree) -> bytes:
    """Return the file of decisions about what a plan collides with."""
    names = ("package", "definition", "property", "decision", "was", "package_says", "yours")
    found = [{name: each[name] for name in names} for each in plan["collisions"]]
    return encode({"format": FORMAT, "decisions": found})


def show_remote_plan(terminal: Terminal, plan: Tree) -> None:
    """Print a plan that another workspace has made."""
    for change in plan["changes"]:
        mark, style = MARKS[change["risk"]]
        terminal.tell(f"{mark} {change['message']}", style)
        for effect in change["effects"]:
            terminal.tell(f"     {effect['message']}", style)
        for problem in change["problems"]:
            terminal.tell(f"   x {problem['message']}", "bold red")
    for rows in plan["rows"]:
        mark, style = MARKS[rows["risk"]]
        terminal.tell(f"{mark} {rows['message']}", style)
        for kept in rows["kept"][:MOST_SIDES]:
            terminal.tell(f"     {terminal.sentence(_kept_value(rows, kept))}", style)
    for each in plan["forecast"]:
        terminal.tell(each["message"], "yellow")
    for each in plan["collisions"]:
        terminal.tell(f" ? {each['definition']} {each['property'].replace('/', '.')}: {each['message']}", "yellow")
    if plan.get("tests"):
        show_remote_comparison(terminal, plan["tests"])
    if not plan["changes"] and not plan["rows"]:
        terminal.tell(terminal.say("Nothing that people see changes."))
    terminal.tell(terminal.say("Made for configuration {hash:code}.", hash=plan["base"][:SHORT_HASH]), "dim")


def _kept_value(rows: Tree, kept: Tree) -> Message:
    said = {"ref": kept["ref"], "field": kept["field"], "mine": kept["yours"], "theirs": kept["package_says"]}
    return Message("rows.kept_value", {"entity": rows["entity"], **said})


def problems_in(plan: Mapping[str, Any]) -> list[Problem]:
    """Return what forbids a plan that another workspace has made."""
    return [Problem(each["code"], each["params"]) for change in plan["changes"] for each in change["problems"]]


def wait_for(terminal: Terminal, remote: Remote, publishing: Tree) -> Tree:
    """Wait until a publish over there is over; return how it ended. Raises Refused where it could not be."""
    with counting(terminal.say("Records")) as note:
        while publishing["status"] in ("preparing", "clearing"):
            note(publishing["done"], publishing["total"])
            time.sleep(LOOK_SECONDS)
            publishing = remote.publishing(publishing["id"])
    if publishing["problems"]:
        raise Refused(Problem(each["code"], each["params"], each.get("field")) for each in publishing["problems"])
    return publishing
