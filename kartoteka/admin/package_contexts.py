"""What the templates of packages, their upgrades and the sources of properties are given."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.admin.merge_contexts import CollisionLine
from kartoteka.admin.plan_contexts import PlanPage
from kartoteka.platform.web.contexts import Action, ErrorLine, Shell


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package that is installed."""

    title: str
    version: str
    text: str
    brings: str
    needs: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PackagesPage:
    """The packages that are installed, and a form for another one or a newer version."""

    shell: Shell
    title: str
    text: str
    packages: tuple[PackageLine, ...]
    upload_url: str
    problems: tuple[ErrorLine, ...] = ()
    back_url: str = "/-/admin/"


@dataclass(frozen=True, slots=True)
class UpgradePage:
    """What installing, upgrading or uninstalling a package would change, and where it meets what is the client's own.

    No plan while somebody has to decide first, or where the definitions do not fit together: `problems` says why.
    """

    shell: Shell
    title: str
    text: str
    collisions: tuple[CollisionLine, ...]
    met: str
    decide_url: str
    plan: PlanPage | None
    problems: tuple[ErrorLine, ...] = ()
    back_url: str = "/-/admin/packages"
    trial_url: str = ""
    """Where the tests that the package brings are tried; empty where it brings none."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A property of a definition: its value, the layer that set it, who and when."""

    name: str
    value: str
    layer: str
    who: str = ""
    when: str = ""
    number: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """Where each property of a definition comes from."""

    shell: Shell
    title: str
    text: str
    lines: tuple[SourceLine, ...]
    back_url: str
    back_label: str
