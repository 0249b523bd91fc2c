"""Installing, upgrading and uninstalling packages: what changes, and where it meets what is the client's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from starlette.responses import Response

from kartoteka.admin.collisions import PREFIX, choices_among, shown_value
from kartoteka.admin.desk import Desk
from kartoteka.admin.merge_contexts import CollisionLine, CollisionSide
from kartoteka.admin.package_contexts import UpgradePage
from kartoteka.admin.packages import UPLOAD_URL, URL, plain_desk, title_of
from kartoteka.admin.plan_contexts import PlanChange, PlanGroup, PlanPage
from kartoteka.admin.plan_pages import RISK_WORDS, plan_page, refuse_unseen
from kartoteka.admin.publishing import publish, published
from kartoteka.metadata import conversions
from kartoteka.metadata.collisions import Collision, Decisions, Spot
from kartoteka.metadata.decision_files import NO_DECISIONS, read_value_decisions
from kartoteka.metadata.labels import label_in
from kartoteka.metadata.merging import Choice
from kartoteka.metadata.packages import DECISIONS_FILE, read_package
from kartoteka.metadata.problems import Message, NotFound, Refused
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.upgrades import Upgrade, applied_over, uninstalled
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.collisions import property_of, thing
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.files import path_of
from kartoteka.platform.plans import Plan
from kartoteka.platform.query import Query, get
from kartoteka.platform.units import Unit
from kartoteka.platform.upgrades import collision_message, decisions_here, plan_upgrade
from kartoteka.platform.web.contexts import IndexTab, Toast
from kartoteka.platform.web.shell import make_shell, page, redirect
from kartoteka.platform.web.visits import Visit, number_in
from kartoteka.trials.comparing import compared_by
from kartoteka.trials.running import Verdict

TRY = "tests"
"""The parameter with which the package's tests are tried too: it takes some seconds."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants to do with a package. `make` merges it with the client's own, as is decided."""

    package: str
    title: str
    submit: str
    url: str
    make: Callable[[Stack, Decisions], Upgrade]
    otherwise: Choice | None
    done: str
    values: conversions.Decisions = conversions.NO_DECISIONS
    """What the package says of values that can't stay as they are."""


def _proposal(unit: Unit, visit: Visit) -> Proposal:
    return _uninstalling(unit, visit) if "package" in visit.path else _installing(unit, visit)


def _installing(unit: Unit, visit: Visit) -> Proposal:
    """Return the proposal to install the package that was uploaded. Raises NotFound."""
    text = str(visit.path["file"])
    number = number_in(text)
    if number is None:
        raise NotFound("record.not_found", entity="file", id=text[:20])
    file = _uploaded(unit, visit, number)
    package = read_package(file)
    manifest = package.manifest
    there = load_stack(unit.connection).package(manifest.key)
    said = {
        "package": manifest.name(visit.language),
        "version": manifest.version,
        "found": there.version if there else "",
    }
    title = (
        visit.say("Upgrade “%(package)s”: %(found)s → %(version)s")
        if there
        else visit.say("Install “%(package)s” %(version)s")
    )
    return Proposal(
        package=manifest.key,
        title=title % said,
        submit=visit.say("Upgrade") if there else visit.say("Install"),
        url=f"{UPLOAD_URL}/{text}",
        make=lambda stack, decisions: applied_over(stack, file, decisions),
        otherwise="keep",
        done=visit.say("“%(package)s” %(version)s is installed") % said,
        values=read_value_decisions(package.files.get(DECISIONS_FILE, NO_DECISIONS), DECISIONS_FILE),
    )


def _uploaded(unit: Unit, visit: Visit, number: int) -> FilePath:
    """Return the file that this person has uploaded. Raises NotFound."""
    row = get(unit, SYSTEM, Query("file", ("digest", "created_by"), titles=False), number)
    if row.values["created_by"] != visit.actor.user_id:
        raise NotFound("record.not_found", entity="file", id=number)
    return path_of(visit.runtime.files, str(row.values["digest"]))


def _uninstalling(unit: Unit, visit: Visit) -> Proposal:
    """Return the proposal to take a package out. Raises NotFound."""
    key = str(visit.path["package"])
    layer = load_stack(unit.connection).package(key)
    if layer is None:
        raise NotFound("package.not_installed", key=key[:60])
    said = {"package": title_of(layer, visit.language), "version": layer.version}
    return Proposal(
        package=key,
        title=visit.say("Uninstall “%(package)s” %(version)s") % said,
        submit=visit.say("Uninstall"),
        url=f"{URL}/{key}/uninstall",
        make=lambda stack, decisions: uninstalled(stack, key, decisions),
        otherwise=None,
        done=visit.say("“%(package)s” is uninstalled") % said,
    )


def show_upgrade(unit: Unit, visit: Visit, refused: Refused | None = None) -> Response:
    """Show what a package would change, decided as is usual."""
    return _upgrade_page(plain_desk(unit, visit, refused))


def decide(visit: Visit) -> Response:
    """Show what would change with the decisions that were made."""
    with visit.runtime.reading() as unit:
        return _upgrade_page(plain_desk(unit, visit))


def publish_upgrade(visit: Visit) -> Response:
    """Publish it, if it is what was shown. Raises Refused, Conflict."""
    with visit.runtime.reading() as unit:
        proposal = _proposal(unit, visit)
        plan = plan_upgrade(unit.connection, unit.model, _merged(unit, visit, proposal), proposal.values)
    refuse_unseen(visit, plan)
    done = publish(visit, plan, why=proposal.title)
    if not plan.changes and not plan.rows:
        return redirect(URL, Toast(proposal.done))
    return published(visit, done, URL, proposal.done)


def _merged(unit: Unit, visit: Visit, proposal: Proposal) -> Upgrade:
    decisions = decisions_here(unit.connection, _given(visit, proposal.package), proposal.otherwise)
    return proposal.make(load_stack(unit.connection), decisions)


def _given(visit: Visit, package: str) -> dict[Spot, Choice]:
    """Return what the person has chosen in the form."""
    chosen = ((name.partition("#"), choice) for name, choice in choices_among(visit.form.multi_items()).items())
    return {(package, definition, path): choice for (definition, _, path), choice in chosen}


def _upgrade_page(desk: Desk) -> Response:
    unit, visit = desk.unit, desk.visit
    proposal = _proposal(unit, visit)
    upgrade, plan = Upgrade(load_stack(unit.connection)), None
    try:
        upgrade = _merged(unit, visit, proposal)
        plan = None if upgrade.undecided else plan_upgrade(unit.connection, unit.model, upgrade, proposal.values)
    except Refused as refused:
        desk = replace(desk, problems=(*desk.problems, *refused.problems))
    context = UpgradePage(
        shell=make_shell(unit, visit, proposal.title),
        title=proposal.title,
        text=desk.say("Nobody has to stop working, and it can be undone."),
        collisions=tuple(_line(desk, upgrade.stack, each) for each in upgrade.collisions),
        met=_met(desk, upgrade),
        decide_url=f"{proposal.url}/decide",
        plan=_plan(desk, proposal, upgrade, plan) if plan else None,
        problems=desk.summary(),
        trial_url=f"{proposal.url}/decide?{TRY}=1" if plan and upgrade.tests and plan.before != plan.stack else "",
    )
    return page(visit, "admin/upgrade.html", context, desk.status)


def _met(desk: Desk, upgrade: Upgrade) -> str:
    count = len(upgrade.collisions)
    if not count:
        return ""
    met = desk.ngettext(
        "The package meets your own changes in %(count)s place.",
        "The package meets your own changes in %(count)s places.",
        count,
    )
    wait = desk.say("Please decide where nothing is chosen yet.") if upgrade.undecided else ""
    return f"{met} {wait}".strip()


def _plan(desk: Desk, proposal: Proposal, upgrade: Upgrade, plan: Plan) -> PlanPage:
    told = replace(desk, catalog=plan.catalog)
    shown = plan_page(
        told,
        plan,
        title=proposal.title,
        summary="",
        publish_url=f"{proposal.url}/publish" if plan.changes or plan.stack != plan.before else "",
        publish_label=proposal.submit,
        back_url=URL,
    )
    chosen = tuple((_input_name(each), each.choice or "") for each in upgrade.collisions if each.by == "given")
    groups = (*shown.groups, *_tried(told, plan, upgrade))
    return replace(shown, hidden=chosen, groups=groups)


def _tried(desk: Desk, plan: Plan, upgrade: Upgrade) -> Iterator[PlanGroup]:
    """Yield what becomes of the package's tests, where somebody has asked for it."""
    if not desk.visit.request.query_params.get(TRY):
        return
    found = compared_by(desk.unit.connection, plan, upgrade.tests)
    if found is not None:
        tab = IndexTab(desk.say("Tests of the package"), "list-check", "slate")
        yield PlanGroup(tab, tuple(_told(desk, message, verdicts) for message, verdicts in found.told()))


def _told(desk: Desk, message: Message, verdicts: Sequence[Verdict]) -> PlanChange:
    risk = "note" if verdicts else "none"
    lines = (f"{_called(desk, each)}: {' '.join(map(desk.told, each.problems))}" for each in verdicts)
    return PlanChange("list-check", desk.told(message), risk, desk.say(RISK_WORDS[risk]), " ".join(lines))


def _called(desk: Desk, verdict: Verdict) -> str:
    """Return what a test is called: its label, else its place."""
    return label_in(verdict.label, desk.language, f"{verdict.file} {verdict.pointer}")


def _input_name(collision: Collision) -> str:
    _, definition, path = collision.spot
    return f"{PREFIX}{definition}#{path}"


def _line(desk: Desk, stack: Stack, collision: Collision) -> CollisionLine:
    labels: Mapping[Choice, str] = {"keep": desk.say("Yours"), "take": desk.say("The package's")}
    values = {"keep": collision.clash.mine, "take": collision.clash.theirs}
    sides = (
        CollisionSide(side, labels[side], shown_value(desk, values[side]), "", collision.choice == side)
        for side in collision.clash.choices
    )
    label = stack.trees().get(collision.identity, {}).get("label")
    what = (
        f"{desk.told(property_of(collision.identity, collision.clash.path))}: {desk.told(collision_message(collision))}"
    )
    return CollisionLine(
        _input_name(collision), desk.told(thing(collision.identity, collision.clash.path, label)), what, tuple(sides)
    )
