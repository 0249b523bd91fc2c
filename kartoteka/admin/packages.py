"""Packages: what is installed, and the way in for another one or a newer version."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.responses import Response

from kartoteka.admin.desk import Desk
from kartoteka.admin.package_contexts import PackageLine, PackagesPage
from kartoteka.metadata.labels import label_in, title_from_key
from kartoteka.metadata.packages import LARGEST_PACKAGE, read_package
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.stack import Layer
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.files import keep
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit

URL = "/-/admin/packages"
UPLOAD_URL = f"{URL}/upload"


def plain_desk(unit: Unit, visit: Visit, refused: Refused | None = None) -> Desk:
    """Return a desk over what is in force: packages are no matter of anybody's draft."""
    return Desk(unit, visit, unit.model.catalog, (), refused.problems if refused else ())


def show_packages(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show the packages that are installed."""
    return _packages_page(plain_desk(unit, visit, refused))


def _packages_page(desk: Desk) -> Response:
    title = desk.say("Packages")
    context = PackagesPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        text=desk.say("What consultants ship: card types, lists, reports, roles. What you change stays yours."),
        packages=tuple(_line(desk, each) for each in load_stack(desk.unit.connection).packages),
        upload_url=UPLOAD_URL,
        problems=desk.summary(),
    )
    return page(desk.visit, "admin/packages.html", context, desk.status)


def title_of(layer: Layer, language: str) -> str:
    """Return what a package is called."""
    return layer.manifest.name(language) if layer.manifest else title_from_key(layer.key)


def _line(desk: Desk, layer: Layer) -> PackageLine:
    manifest = layer.manifest
    required = manifest.requires.packages if manifest else {}
    remove = Action(desk.say("Uninstall …"), f"{URL}/{layer.key}/uninstall", "trash")
    return PackageLine(
        title_of(layer, desk.language),
        layer.version,
        label_in(manifest.description if manifest else None, desk.language, ""),
        ", ".join(_brings(desk, layer)),
        ", ".join(f"{title_from_key(key)} {version}" for key, version in required.items()),
        (remove,),
    )


def _brings(desk: Desk, layer: Layer) -> Iterator[str]:
    """Yield how much of each kind a package says something of."""
    kinds = Counter(identity.kind for identity in layer.definitions)
    if kinds["entity"]:
        yield desk.ngettext("%(count)s card type", "%(count)s card types", kinds["entity"])
    if kinds["list"]:
        yield desk.ngettext("%(count)s list", "%(count)s lists", kinds["list"])
    if kinds["report"]:
        yield desk.ngettext("%(count)s report", "%(count)s reports", kinds["report"])
    if kinds["role"]:
        yield desk.ngettext("%(count)s role", "%(count)s roles", kinds["role"])


def upload(unit: Unit, visit: Visit) -> Response:
    """Keep a package that was sent, and go on to what it would change. Raises Refused with what is wrong with it."""
    sent = visit.form.get("package")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Refused([Problem("package.choose", pointer="/package")])
    with tempfile.TemporaryDirectory(prefix="kartoteka-") as folder:
        file = Path(folder) / "package.zip"
        file.write_bytes(sent.file.read(LARGEST_PACKAGE + 1))
        read_package(file)
    sent.file.seek(0)
    number = keep(unit, visit.actor, visit.runtime.files, sent.filename, "application/zip", sent.file)
    return redirect(f"{UPLOAD_URL}/{number}")
