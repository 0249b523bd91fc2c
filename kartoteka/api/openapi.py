"""The description of the API (OpenAPI 3.1), made for each token out of the catalog: only what it may see and do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import PROBLEM, give
from kartoteka.api.calls import Call
from kartoteka.api.operations import Operation
from kartoteka.api.questions import known_entities
from kartoteka.api.shapes import COMMON, Schema, entity_shapes, listed, reference
from kartoteka.metadata.definitions import Entity
from kartoteka.platform.access import Rights
from kartoteka.platform.saved_plans import PLAN_TYPE
from kartoteka.platform.units import Unit

ENTITY = "{entity}"
JSON = "application/json"
ABOUT = (
    "Records, search, reports and configuration with the rights and rules of the screens. Send a token as "
    "`Authorization: Bearer …`. Errors are application/problem+json; their sentences come in Accept-Language."
)
FAILURES = {
    "400": "The request makes no sense.",
    "401": "No valid token.",
    "403": "No right to do this.",
    "404": "There is no such thing, or you may not see it.",
    "405": "Not with this method.",
    "409": "Somebody was faster; `details` has both values.",
    "413": "Too large.",
    "415": "Another media type is wanted.",
    "422": "The input can't be accepted; `problems` says why.",
    "500": "Something went wrong.",
    "503": "The database does not answer.",
}


def describe(unit: Unit, call: Call, operations: Iterable[Operation]) -> Response:
    """Answer the description."""
    known = known_entities(unit, call)
    paths: dict[str, dict[str, Any]] = {}
    schemas: Schema = dict(COMMON)
    for entity in known:
        schemas |= entity_shapes(entity, _rights(unit, call, entity), call.language)
    for operation in operations:
        for path, place in _places(unit, call, operation, known):
            paths.setdefault(path, {})[operation.method.lower()] = _operation_tree(operation, place, call.language)
    return give(
        {
            "openapi": "3.1.0",
            "info": {"title": "Kartoteka", "version": version("kartoteka"), "description": ABOUT},
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "responses": {code: _problem_response(about) for code, about in FAILURES.items()},
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _rights(unit: Unit, call: Call, entity: Entity) -> Rights:
    return unit.model.access.rights(call.actor, entity.key)


def _places(
    unit: Unit, call: Call, operation: Operation, known: Iterable[Entity]
) -> Iterator[tuple[str, Entity | None]]:
    """Yield where an operation is found: once, or for each entity with which the actor may do it."""
    if ENTITY in operation.path:
        for entity in known:
            rights = _rights(unit, call, entity)
            if rights.create if operation.need == "create" else rights.may(operation.need):  # type: ignore[arg-type]
                yield operation.path.replace(ENTITY, entity.key), entity
    elif operation.need != "administrator" or unit.model.access.is_administrator(call.actor):
        yield operation.address, None


def _operation_tree(operation: Operation, entity: Entity | None, language: str) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "operationId": f"{operation.name}_{entity.key}" if entity else operation.name,
        "summary": operation.about,
        "tags": [entity.names(language) if entity else "General"],
        "parameters": list(_parameters(operation)),
        "responses": _responses(operation, entity),
    }
    if operation.takes:
        tree["requestBody"] = _body(operation, entity)
    return tree


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if "{id}" in operation.path:
        yield {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
    if "{key}" in operation.address:
        yield {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}
    for each in operation.parameters:
        if not each.name.endswith("."):
            yield {"name": each.name, "in": "query", "description": each.about, "schema": dict(each.schema)}
    if operation.takes == "change" or operation.method == "DELETE":
        about = "The version that you looked at, as ETag gave it."
        yield {"name": "If-Match", "in": "header", "description": about, "schema": {"type": "string"}}


def _body(operation: Operation, entity: Entity | None) -> dict[str, Any]:
    if operation.takes == "package":
        return {
            "required": True,
            "content": {JSON: {"schema": reference("package")}, "application/zip": {}, PLAN_TYPE: {}},
        }
    if operation.takes == "file":
        return {"required": True, "content": {"*/*": {}}}
    if entity is None:
        return {"required": operation.takes != "choices", "content": {JSON: {"schema": reference(operation.takes)}}}
    schema = reference(f"{entity.key}.{operation.takes}")
    if operation.takes == "new":
        schema = {"anyOf": [schema, {**listed(schema), "maxItems": 1000}]}
    return {"required": True, "content": {JSON: {"schema": schema}}}


def _responses(operation: Operation, entity: Entity | None) -> dict[str, Any]:
    found: dict[str, Any] = {str(operation.status): {"description": "Done.", **_content(operation, entity)}}
    return found | {code: {"$ref": f"#/components/responses/{code}"} for code in FAILURES}


def _content(operation: Operation, entity: Entity | None) -> dict[str, Any]:
    if not operation.gives:
        return {}
    if operation.gives == "content":
        return {"content": {"application/octet-stream": {}}}
    names = {"record": "", "records": ".records", "made": ""}
    own = entity is not None and operation.gives in names
    schema = reference(f"{entity.key}{names[operation.gives]}" if own and entity else operation.gives)
    if operation.gives == "made":
        schema = {"anyOf": [schema, reference("made")]}
    return {"content": {JSON: {"schema": schema}}}


def _problem_response(about: str) -> dict[str, Any]:
    return {"description": about, "content": {PROBLEM: {"schema": reference("problems")}}}
