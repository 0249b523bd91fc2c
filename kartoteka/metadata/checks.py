"""Checks of definitions against each other: every reference leads somewhere, every expression makes sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kartoteka.metadata import schemas
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.definitions import (
    Card,
    Definition,
    Entity,
    EntityRight,
    Field,
    Form,
    Group,
    Identity,
    ListColumn,
    Menu,
    RecordList,
    Report,
    Role,
    Sort,
)
from kartoteka.metadata.expressions import ExpressionError, Related, check, names, parse, walk
from kartoteka.metadata.expressions.kinds import BOOLEAN, MEASURED, Kind, fits
from kartoteka.metadata.formulas import formula_cycles
from kartoteka.metadata.keys import RESERVED_FIELDS, is_free_for_field, is_key
from kartoteka.metadata.labels import title_from_key
from kartoteka.metadata.needs import LONGEST_INDEXED, is_short_enough
from kartoteka.metadata.paths import EntityScope, resolve
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.trees import Tree, read_definition

MOST_FIELDS = 1000
"""Fields an entity may have."""
MOST_COLUMNS = 1500
"""Columns that its fields may take up together: PostgreSQL answers with at most 1,664 in a row."""


def checked_catalog(trees: Mapping[Identity, Tree]) -> Catalog:
    """Build the catalog from merged trees. Raises Refused with all problems at once, each with file and pointer."""
    problems: list[Problem] = []
    definitions: dict[Identity, Definition] = {}
    for identity, tree in trees.items():
        try:
            definitions[identity] = read_definition(identity, tree)
        except (msgspec.ValidationError, KeyError, TypeError) as error:
            problems.extend(problem.at(file=identity.path) for problem in _shape_problems(identity, tree, error))
    catalog = Catalog(definitions)
    if not problems:
        problems.extend(catalog_problems(catalog))
    if problems:
        raise Refused(problems)
    return catalog


def _shape_problems(identity: Identity, tree: Tree, error: Exception) -> list[Problem]:
    """Return what the schema says of a tree that could not be read (it takes a hundred times as long as reading)."""
    found = list(schemas.problems(identity.kind, tree))
    return found or [Problem("schema.unreadable", {"detail": str(error)}, pointer="")]


def catalog_problems(catalog: Catalog) -> Iterator[Problem]:
    """Yield everything in which the definitions don't fit together."""
    for identity, definition in sorted(catalog.definitions.items()):
        if not is_key(identity.key):
            yield Problem("schema.pattern", {"detail": identity.key}, file=identity.path, pointer="/key")
        for problem in definition_problems(catalog, definition):
            yield problem.at(file=identity.path)
    yield from formula_cycles(catalog)


def definition_problems(catalog: Catalog, definition: Definition) -> Iterator[Problem]:
    """Yield the problems of one definition among the others."""
    match definition:
        case Entity():
            yield from _entity(catalog, definition)
        case RecordList():
            yield from _of_entity(catalog, definition.entity, _list(catalog, definition))
            yield from _former_keys(definition, catalog.lists(definition.entity), "list.duplicate")
        case Form():
            yield from _of_entity(catalog, definition.entity, _form(catalog, definition))
        case Card():
            yield from _of_entity(catalog, definition.entity, _card(catalog, definition))
        case Report():
            yield from _of_entity(catalog, definition.entity, _report(catalog, definition))
            yield from _former_keys(definition, catalog.reports.values(), "report.duplicate")
        case Role():
            for place, right in enumerate(definition.entities):
                yield from _right(catalog, right, f"/entities/{place}")
        case Menu():
            yield from _menu(catalog, definition)


def _of_entity(catalog: Catalog, entity: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    if entity not in catalog.entities:
        yield Problem("unknown.entity", {"name": entity}, pointer="/entity")
    else:
        yield from problems


def _entity(catalog: Catalog, entity: Entity) -> Iterator[Problem]:
    if len(entity.fields) > MOST_FIELDS:
        yield Problem("entity.too_many_fields", {"max": MOST_FIELDS}, pointer="/fields")
    elif sum(len(field.type.columns()) for field in entity.fields) > MOST_COLUMNS:
        yield Problem("entity.too_many_columns", {"max": MOST_COLUMNS}, pointer="/fields")
    taken: dict[str, int] = {}
    for place, field in enumerate(entity.fields):
        pointer = f"/fields/{place}"
        for key in (field.key, *field.formerly):
            if key in taken:
                yield Problem("field.duplicate", {"name": key}, pointer=pointer)
            taken[key] = place
        for problem in _field(catalog, entity, field):
            yield Problem(problem.code, problem.params, field.key, None, pointer + (problem.pointer or ""))
    yield from _expression(catalog, entity.key, entity.title, "/title")
    yield from _paths(catalog, entity.key, ((path, f"/subtitle/{i}") for i, path in enumerate(entity.subtitle)))
    yield from _owner(catalog, entity)
    yield from _roles_of_fields(catalog, entity)
    yield from _former_keys(entity, catalog.entities.values(), "entity.duplicate")


def _owner(catalog: Catalog, entity: Entity) -> Iterator[Problem]:
    if entity.owner is None:
        return
    field = catalog.field(entity.key, entity.owner)
    if field is None or field.type.links_to != "user":
        yield Problem("entity.owner_is_no_user", {"name": entity.owner}, pointer="/owner")


def _roles_of_fields(catalog: Catalog, entity: Entity) -> Iterator[Problem]:
    """Check that the fields of an activity and of a pipeline are there and of the right kind."""
    wanted: list[tuple[str, str | None, tuple[str, ...]]] = []
    if entity.activity:
        wanted += [("/activity/due", entity.activity.due, ("date", "datetime"))]
        wanted += [("/activity/done", entity.activity.done, ("boolean",))]
        wanted += [
            ("/activity/kind", entity.activity.kind, ("text",)),
            ("/activity/text", entity.activity.text, ("text",)),
        ]
    if entity.pipeline:
        wanted += [("/pipeline/stage", entity.pipeline.stage, ("text",))]
        wanted += [("/pipeline/amount", entity.pipeline.amount, ("number",))]
    for pointer, key, kinds in wanted:
        field = catalog.field(entity.key, key) if key else None
        if key and (field is None or field.type.kind.name not in kinds):
            yield Problem("unknown.field", {"name": key, "entity": entity.key}, pointer=pointer)
    if entity.pipeline:
        known = EntityScope(catalog, entity.key).choices((entity.pipeline.stage,)) or ()
        for place, stage in enumerate(entity.pipeline.closed):
            if stage not in known:
                yield Problem("choice.unknown", {"value": stage}, pointer=f"/pipeline/closed/{place}")


def _former_keys(each: Entity | RecordList | Report, all_of_them: Iterable[Definition], code: str) -> Iterator[Problem]:
    """Yield the earlier keys that another one has, or had: what they mean could not be told."""
    others = [other for other in all_of_them if isinstance(other, Entity | RecordList | Report) and other is not each]
    for place, name in enumerate(each.formerly):
        if any(name in (other.key, *other.formerly) for other in others) or name == each.key:
            yield Problem(code, {"name": name}, pointer=f"/formerly/{place}")


def _field(catalog: Catalog, entity: Entity, field: Field) -> Iterator[Problem]:
    if not is_free_for_field(field.key):
        code = "field.reserved" if field.key in RESERVED_FIELDS else "field.reserved_word"
        yield Problem(code, {"name": field.key}, pointer="/key")
    yield from field.type.option_problems()
    target = field.type.links_to
    if target is not None and target not in catalog.entities:
        yield Problem("unknown.entity", {"name": target}, pointer="/target")
    if field.unique and (field.type.computed or not field.type.sortable):
        yield Problem("field.cannot_be_unique", {"type": field.type.name}, pointer="/unique")
    elif field.unique and not is_short_enough(field):
        yield Problem("field.too_long_to_be_unique", {"max": LONGEST_INDEXED}, pointer="/unique")
    if field.required and field.type.computed:
        yield Problem("field.computed_is_never_required", {}, pointer="/required")
    yield from _default(catalog, entity, field)
    formula = getattr(field.type, "expression", None)
    if formula is not None:
        yield from _expression(catalog, entity.key, formula, "/expression", field.type.kind)


def _default(catalog: Catalog, entity: Entity, field: Field) -> Iterator[Problem]:
    if field.default is None:
        return
    if field.type.computed:
        yield Problem("field.computed_has_no_default", {}, pointer="/default")
        return
    wrong = list(_expression(catalog, entity.key, field.default, "/default", field.type.kind))
    yield from wrong or _out_of_reach(catalog, entity, field.default)


def _out_of_reach(catalog: Catalog, entity: Entity, default: str) -> Iterator[Problem]:
    """Yield what a default names that nobody knows yet when a new card is filled in: it would never give anything."""
    node = parse(default)
    for part in walk(node):
        if isinstance(part, Related):
            yield Problem("field.default_out_of_reach", {"name": f"{part.entity}.{part.link}"}, pointer="/default")
    for path in sorted(names(node)):
        known = catalog.field_named(entity.key, path[0]) if len(path) == 1 else None
        if known is None or known.type.computed:
            yield Problem("field.default_out_of_reach", {"name": ".".join(path)}, pointer="/default")


def _expression(
    catalog: Catalog, entity: str, text: str | None, pointer: str, wanted: Kind | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with an expression about `entity` that should give a value of kind `wanted`."""
    if text is None:
        return
    try:
        kind = check(parse(text), EntityScope(catalog, entity))
    except ExpressionError as error:
        yield Problem(error.code, error.told(text), pointer=pointer)
        return
    if wanted is not None and not fits(kind, wanted):
        yield Problem("expression.kind_mismatch", {"found": str(kind), "expected": str(wanted)}, pointer=pointer)


def _paths(catalog: Catalog, entity: str, paths: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    for path, pointer in paths:
        if resolve(catalog, entity, path.split(".")) is None:
            yield Problem("unknown.field", {"name": path, "entity": entity}, pointer=pointer)


def _columns(columns: Iterable[ListColumn], pointer: str) -> Iterator[tuple[str, str]]:
    for place, column in enumerate(columns):
        yield column.field, f"{pointer}/{place}/field"


def _sorts(catalog: Catalog, entity: str, sorts: Iterable[Sort], pointer: str = "/sort") -> Iterator[Problem]:
    for place, sort in enumerate(sorts):
        found = resolve(catalog, entity, sort.field.split("."))
        if found is None:
            yield Problem("unknown.field", {"name": sort.field, "entity": entity}, pointer=f"{pointer}/{place}/field")
        elif found.field is not None and not found.field.type.sortable:
            yield Problem("field.not_sortable", {"name": sort.field}, pointer=f"{pointer}/{place}/field")


def _list(catalog: Catalog, each: RecordList) -> Iterator[Problem]:
    yield from _paths(catalog, each.entity, _columns(each.columns, "/columns"))
    yield from _expression(catalog, each.entity, each.filter, "/filter", BOOLEAN)
    yield from _sorts(catalog, each.entity, each.sort)


def _form(catalog: Catalog, form: Form) -> Iterator[Problem]:
    items = [(item, f"/quick/{place}") for place, item in enumerate(form.quick)]
    shown: set[str] = set()
    for t, tab in enumerate(form.tabs):
        for s, section in enumerate(tab.sections):
            for i, item in enumerate(section.items):
                pointer = f"/tabs/{t}/sections/{s}/items/{i}"
                if item.field in shown:
                    yield Problem("form.duplicate", {"name": item.field}, pointer=pointer)
                shown.add(item.field)
                items.append((item, pointer))
    for item, pointer in items:
        if catalog.field(form.entity, item.field) is None:
            params = {"name": item.field, "entity": form.entity}
            yield Problem("unknown.field", params, pointer=f"{pointer}/field")


def _card(catalog: Catalog, card: Card) -> Iterator[Problem]:
    facts = [(fact.field, f"/header/{i}/field") for i, fact in enumerate(card.header)]
    facts += [(fact.field, f"/facts/{i}/field") for i, fact in enumerate(card.facts)]
    yield from _paths(catalog, card.entity, facts)
    for place, related in enumerate(card.related):
        pointer = f"/related/{place}"
        link = catalog.field(related.entity, related.link)
        if related.entity not in catalog.entities:
            yield Problem("unknown.entity", {"name": related.entity}, pointer=f"{pointer}/entity")
            continue
        if link is None or link.type.links_to != card.entity:
            params = {"name": related.link, "entity": related.entity, "target": card.entity}
            yield Problem("card.no_such_link", params, pointer=f"{pointer}/link")
        yield from _paths(catalog, related.entity, _columns(related.columns, f"{pointer}/columns"))
        yield from _expression(catalog, related.entity, related.filter, f"{pointer}/filter", BOOLEAN)
        yield from _sorts(catalog, related.entity, related.sort, f"{pointer}/sort")


def _report(catalog: Catalog, report: Report) -> Iterator[Problem]:
    paths = list(_columns(report.columns, "/columns"))
    paths += [(group.field, f"/groups/{i}/field") for i, group in enumerate(report.groups)]
    paths += [(m.field, f"/measures/{i}/field") for i, m in enumerate(report.measures) if m.field]
    yield from _paths(catalog, report.entity, paths)
    yield from _expression(catalog, report.entity, report.filter, "/filter", BOOLEAN)
    yield from _sorts(catalog, report.entity, report.sort)
    yield from (problem for i, group in enumerate(report.groups) for problem in _group(catalog, report, group, i))
    for place, measure in enumerate(report.measures):
        found = resolve(catalog, report.entity, measure.field.split(".")) if measure.field else None
        if measure.function != "count" and measure.field is None:
            yield Problem("report.measure_needs_a_field", {"name": measure.key}, pointer=f"/measures/{place}")
        elif measure.function in ("sum", "average") and found and found.kind.name != "number":
            yield Problem("report.not_a_number", {"name": measure.field}, pointer=f"/measures/{place}/field")
        elif measure.function in ("minimum", "maximum") and found and found.kind.name not in MEASURED:
            yield Problem("report.not_comparable", {"name": measure.field}, pointer=f"/measures/{place}/field")
    if report.chart and report.chart.measure not in {measure.key for measure in report.measures}:
        yield Problem("unknown.measure", {"name": report.chart.measure}, pointer="/chart/measure")


def _group(catalog: Catalog, report: Report, group: Group, place: int) -> Iterator[Problem]:
    found = resolve(catalog, report.entity, group.field.split("."))
    if found and group.by != "value" and found.kind.name not in ("date", "datetime"):
        yield Problem("report.not_a_date", {"name": group.field, "by": group.by}, pointer=f"/groups/{place}/by")
    if found and found.links_to is None and found.field is not None and not found.field.type.sortable:
        yield Problem("report.not_groupable", {"name": group.field}, pointer=f"/groups/{place}/field")


def _right(catalog: Catalog, right: EntityRight, pointer: str) -> Iterator[Problem]:
    if right.entity == "*":
        if right.condition or right.fields:
            yield Problem("role.star_has_no_conditions", {}, pointer=pointer)
        return
    entity = catalog.entities.get(right.entity)
    if entity is None:
        yield Problem("unknown.entity", {"name": right.entity}, pointer=f"{pointer}/entity")
        return
    if "own" in (right.read, right.edit, right.delete) and entity.owner is None:
        yield Problem("role.nobody_owns", {"entity": right.entity}, pointer=pointer)
    yield from _expression(catalog, right.entity, right.condition, f"{pointer}/condition", BOOLEAN)
    for place, field in enumerate(right.fields):
        if catalog.field(right.entity, field.field) is None:
            params = {"name": field.field, "entity": right.entity}
            yield Problem("unknown.field", params, pointer=f"{pointer}/fields/{place}/field")


def _menu(catalog: Catalog, menu: Menu) -> Iterator[Problem]:
    for g, group in enumerate(menu.groups):
        for i, item in enumerate(group.items):
            pointer = f"/groups/{g}/items/{i}"
            if item.entity is not None and item.entity not in catalog.entities:
                yield Problem("unknown.entity", {"name": item.entity}, pointer=f"{pointer}/entity")
            if item.report is not None and item.report not in catalog.reports:
                yield Problem("unknown.report", {"name": item.report}, pointer=f"{pointer}/report")
            if (item.entity is None) == (item.report is None):
                yield Problem("menu.one_target", {"name": title_from_key(item.key)}, pointer=pointer)
