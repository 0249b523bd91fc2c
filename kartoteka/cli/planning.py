"""What a command plans: a package over what is in force, or a plan that was saved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kartoteka.cli.remote import PLAN_SUFFIX
from kartoteka.cli.shipped import package_path
from kartoteka.metadata import conversions
from kartoteka.metadata.decision_files import read_decisions, read_value_decisions
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.upgrades import Upgrade, applied_over
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import Plan
from kartoteka.platform.saved_plans import SavedPlan, plan_again, read_saved_plan
from kartoteka.platform.units import Unit
from kartoteka.platform.upgrades import OTHERWISE, decisions_here, plan_upgrade


def upgrade_by(unit: Unit, package: str, file: Path | None, undecided: str) -> Upgrade:
    """Return the layers with a package, by a file of decisions and what goes where nothing is decided."""
    given = read_decisions(file.read_bytes(), file.name) if file else {}
    decisions = decisions_here(unit.connection, given, OTHERWISE[undecided])
    return applied_over(load_stack(unit.connection), package_path(package), decisions)


def values_decided(file: Path | None) -> conversions.Decisions:
    """Return what the file of decisions says of values that can't stay as they are."""
    return read_value_decisions(file.read_bytes(), file.name) if file else conversions.NO_DECISIONS


def planned(unit: Unit, package: str, decisions: Path | None, undecided: str) -> tuple[Plan, Mapping[str, PackageTest]]:
    """Return the plan of a package with its tests, or one that was saved."""
    if Path(package).suffix == PLAN_SUFFIX:
        return plan_again(unit.connection, unit.model, _read_plan(Path(package))), {}
    upgrade = upgrade_by(unit, package, decisions, undecided)
    return plan_upgrade(unit.connection, unit.model, upgrade, values_decided(decisions)), upgrade.tests


def _read_plan(path: Path) -> SavedPlan:
    try:
        return read_saved_plan(path.read_bytes(), path.name)
    except OSError as error:
        raise Refused([Problem("package.missing", {"path": str(path)})]) from error


def flag(given: bool) -> str:
    """Return a yes or no as a parameter of the API."""
    return "1" if given else ""
