"""Plans in sentences: what will change, whom it touches, how risky it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from starlette.responses import Response

from kartoteka.admin.converting import deciding_of, samples_of
from kartoteka.admin.desk import DRAFT_URL, Desk
from kartoteka.admin.plan_contexts import PlanChange, PlanGroup, PlanPage
from kartoteka.metadata.changes import Change, ChangeType, changes_to_trees, entity_of
from kartoteka.metadata.problems import Conflict, Message, Problem, Refused
from kartoteka.metadata.trees import canonical
from kartoteka.platform.package_rows.lines import RowsLine
from kartoteka.platform.plans import Plan, PlannedChange
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import Action, IndexTab, Option, Widget
from kartoteka.platform.web.errors import N_, say_problem
from kartoteka.platform.web.sentences import sentence
from kartoteka.platform.web.shell import index_tab, make_shell, page
from kartoteka.platform.web.visits import Visit

RISKS = {"harmless": "none", "care": "note", "loss": "loss"}
RISK_WORDS = {
    "none": N_("harmless"), "note": N_("worth a look"), "loss": N_("out of sight"), "blocked": N_("not possible"),
}  # fmt: skip
ICONS = (
    ("Add", "plus"), ("Restore", "arrow-back-up"), ("Retire", "archive"), ("Remove", "trash"), ("Rename", "pencil"),
    ("ChangeType", "refresh"), ("Order", "list"), ("Put", "layout-list"), ("Change", "pencil"),
)  # fmt: skip
"""By the beginning of the change's name."""


def fingerprint(plan: Plan) -> str:
    """Return what tells whether a plan is still the one that was shown."""
    decided = [change for change in plan.changes if isinstance(change, ChangeType)]
    return f"{plan.base[:20]}-{plan.catalog.hash[:20]}-{sha256(canonical(changes_to_trees(decided))).hexdigest()[:20]}"


def refuse_unseen(visit: Visit, plan: Plan) -> None:
    """Raise Conflict where another plan was shown, Refused where nobody has ticked what goes out of sight."""
    if visit.text("expected") != fingerprint(plan):
        raise Conflict("plan.stale", [change.describe() for change in plan.changes])
    if any(line.risk == "loss" for line in plan.lines) and not visit.text("confirm"):
        raise Refused([Problem("plan.confirm", {}, pointer="/confirm")])


def plan_page(
    desk: Desk, plan: Plan, *, title: str, summary: str, publish_url: str, publish_label: str, back_url: str
) -> PlanPage:
    """Return a plan as a page with the one button that carries it out."""
    lines = [_line(desk, each) for each in plan.lines]
    rows = [(each.entity, _rows(desk, each)) for each in plan.rows]
    risks = Counter(line.risk for line in (*lines, *(line for _, line in rows)))
    said = tuple(Option(risk, _counted(desk, risk, risks[risk])) for risk in RISK_WORDS if risks[risk])
    return PlanPage(
        shell=make_shell(desk.unit, desk.visit, title),
        title=title,
        summary=summary,
        counts=said,
        groups=tuple(_groups(desk, [*zip((entity_of(each.change) for each in plan.lines), lines, strict=True), *rows])),
        publish_url=publish_url,
        expected=fingerprint(plan),
        back_url=back_url,
        confirm=_confirm(desk) if risks["loss"] else None,
        blocked=desk.say("This can't be published as it is.") if risks["blocked"] else "",
        publish_label=publish_label,
    )


def _counted(desk: Desk, risk: str, number: int) -> str:
    return f"{desk.visit.actor.locale.number(number)} {desk.say(RISK_WORDS[risk])}"


def _confirm(desk: Desk) -> Widget:
    text = desk.say("I have seen what goes out of sight.")
    return Widget("boolean", "confirm", text, errors=desk.errors().get("confirm", ()))


def _line(desk: Desk, planned: PlannedChange) -> PlanChange:
    risk = "blocked" if planned.problems else RISKS[planned.risk]
    effects = [*map(desk.told, planned.effects), *map(desk.told, planned.problems)]
    return PlanChange(
        icon=_icon(planned.change),
        sentence=desk.told(planned.change.describe()),
        risk=risk,
        risk_label=desk.say(RISK_WORDS[risk]),
        effect=" ".join(effects),
        samples=samples_of(desk, planned),
        deciding=deciding_of(desk, planned),
    )


def _icon(change: Change) -> str:
    name = type(change).__name__
    return next(icon for start, icon in ICONS if name.startswith(start))


def _rows(desk: Desk, line: RowsLine) -> PlanChange:
    """Return what becomes of rows that a package brings."""
    risk = RISKS[line.risk]
    return PlanChange(
        icon="table",
        sentence=f"{desk.told(line.title())}: {' '.join(map(desk.told, line.sums()))}",
        risk=risk,
        risk_label=desk.say(RISK_WORDS[risk]),
        effect=" ".join(map(desk.told, line.sides())),
    )


def _groups(desk: Desk, lines: Iterable[tuple[str, PlanChange]]) -> Iterator[PlanGroup]:
    """Yield the changes by card type."""
    grouped: dict[str, list[PlanChange]] = {}
    for entity, line in lines:
        grouped.setdefault(entity, []).append(line)
    for key, found in grouped.items():
        yield PlanGroup(_tab(desk, key), tuple(found))


def _tab(desk: Desk, key: str) -> IndexTab:
    entity = desk.catalog.entities.get(key) or desk.unit.model.catalog.entities.get(key)
    if entity is None:
        return IndexTab(desk.say("Roles, reports, menu"), "settings", "slate")
    return index_tab(entity, desk.language, several=True)


def show_conflict(unit: Unit, visit: Visit, conflict: Conflict) -> Response:
    """Show that somebody else has published meanwhile, and what is different now."""
    gettext = visit.runtime.templates.gettext(visit.language)
    messages = [each for each in conflict.details or () if isinstance(each, Message)]
    said = (sentence(each, visit.language, gettext, unit.model.catalog) for each in messages)
    lines = tuple(PlanChange("users", text, "blocked", visit.say("collides")) for text in said)
    title = visit.say("Somebody has published meanwhile")
    tab = IndexTab(visit.say("What is different now"), "git-commit", "slate")
    context = PlanPage(
        shell=make_shell(unit, visit, title),
        title=title,
        summary=say_problem(visit, conflict.problem),
        counts=(),
        groups=(PlanGroup(tab, lines),) if lines else (),
        publish_url="",
        expected="",
        back_url="/-/admin/",
        actions=(Action(visit.say("Look at what will change"), DRAFT_URL, "eye", style="primary"),),
    )
    return page(visit, "admin/plan.html", context, 409)
