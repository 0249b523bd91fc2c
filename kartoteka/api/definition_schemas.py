"""The JSON Schemas of definitions, for the editors in which consultants type. They are no secret."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kartoteka.api.answers import give, problem_response
from kartoteka.metadata.problems import NotFound
from kartoteka.metadata.schemas import all_schemas, partial_schema, schema


def show_schema(request: Request) -> Response:
    """Answer the schema of complete definitions of a kind."""
    kind = str(request.path_params["kind"])
    return _given(request, kind, partial=False)


def show_partial_schema(request: Request) -> Response:
    """Answer the schema of what a layer adds to definitions of earlier ones."""
    return _given(request, str(request.path_params["kind"]), partial=True)


def _given(request: Request, kind: str, *, partial: bool) -> Response:
    if kind not in all_schemas():
        return problem_response(request, NotFound("schema.unknown_kind", name=kind[:60]))
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}
    return give(partial_schema(kind) if partial else schema(kind), headers=headers)
