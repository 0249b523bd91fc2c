"""The routes of this room: one table of operations, of which routes and description are made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kartoteka.api import (
    configuration,
    definition_schemas,
    files,
    hits,
    openapi,
    people,
    plans,
    publishing,
    records,
    reports,
    retired,
    undoing,
)
from kartoteka.api.answers import problem_response
from kartoteka.api.calls import Call
from kartoteka.api.endpoints import resource
from kartoteka.api.operations import Operation, Parameter
from kartoteka.metadata.problems import NotFound
from kartoteka.platform.units import Unit

BASE = "/-/api/v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""All reach the endpoint, which answers those it doesn't know in its own words."""

TEXT = {"type": "string"}
FLAG = {"enum": ["0", "1", "true", "false"]}
FIELDS = Parameter("fields", "Fields and paths (client.city), parted by commas; all that you may see otherwise.", TEXT)
TRASH = Parameter("trash", "1: what is in the trash.", FLAG)
WHERE = Parameter("where", "A condition in the expression language; may be said several times.", TEXT)
SHORT = Parameter("f.", "f.<field>=value: a filter in short, as in the address of a list.", TEXT)
LIST = (
    FIELDS,
    WHERE,
    SHORT,
    Parameter("sort", "Up to four fields, parted by commas; with a minus the largest first.", TEXT),
    Parameter("q", "Words that the record has somewhere.", TEXT),
    Parameter("limit", "Records on a page.", {"type": "integer", "minimum": 1, "maximum": 500}),
    Parameter("after", "The cursor of the page before.", TEXT),
    Parameter("before", "The cursor of the page after.", TEXT),
    Parameter("count", "Also count: exact, or capped at 10,000.", {"enum": ["exact", "capped"]}),
    TRASH,
)
SEARCH = (
    Parameter("q", "What to look for.", {"type": "string", "maxLength": 500}),
    Parameter("entity", "Only this card type.", TEXT),
    Parameter("limit", "Hits on a page.", {"type": "integer", "minimum": 1, "maximum": 100}),
    Parameter("offset", "Hits to pass over.", {"type": "integer", "minimum": 0, "maximum": 1000}),
)
UPLOAD = (Parameter("name", "What the file is called.", {"type": "string", "maxLength": 255}),)
REPORT = (WHERE, SHORT, Parameter("period", "A period by name, as on screen: this_month, last_year ...", TEXT))
WHY = Parameter("why", "Why, for the journal.", TEXT)
APPLY = (
    Parameter("apply", "1: publish it.", FLAG),
    Parameter("expect", "Hash, or its beginning, of the configuration that it must be for.", TEXT),
    WHY,
)
PLANS = (
    *APPLY,
    Parameter(
        "undecided",
        "Where the package meets the client's own changes and nothing is decided: keep theirs, "
        "take the package's, or stop.",
        {"enum": ["keep", "take", "stop"]},
    ),
    Parameter("save", "1: also answer the plan as a file that can be carried out later, exactly so.", FLAG),
    Parameter("tests", "1: try the tests that the package brings, before and after.", FLAG),
    Parameter("uninstall", "Key of a package to be taken out; the body, if any, is a file of decisions.", TEXT),
)
UNDO = (
    *APPLY,
    Parameter(
        "undecided",
        "Where others changed the same since and the body says nothing of it: stop, keep theirs, or take it back too.",
        {"enum": ["stop", "keep", "take"]},
    ),
)
JOURNAL = (
    Parameter("limit", "Publishes on a page.", {"type": "integer", "minimum": 1, "maximum": 100}),
    Parameter("before", "Only older ones than this number.", {"type": "integer", "minimum": 0}),
)
PURGE = (
    Parameter(
        "revision", "Of several of that key, the one retired in this revision.", {"type": "integer", "minimum": 0}
    ),
    WHY,
)


def describe(unit: Unit, call: Call) -> Response:
    """Answer the description of the API."""
    return openapi.describe(unit, call, OPERATIONS)


MANY = f"{BASE}/records/{{entity}}"
ONE = f"{MANY}/{{id}}"
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", MANY, "List", records.list_records, LIST, need="read", gives="records"),
    Operation("POST", MANY, "Make one, or several: all or none", records.make_records, (FIELDS,), need="create",
              takes="new", gives="made", status=201),
    Operation("GET", ONE, "Read", records.read_record, (FIELDS, TRASH), need="read", gives="record"),
    Operation("PATCH", ONE, "Change some fields", records.change_record, (FIELDS,), need="edit", takes="change",
              gives="record"),
    Operation("DELETE", ONE, "Put into the trash", records.remove_record, need="delete", status=204),
    Operation("POST", f"{ONE}/restore", "Take out of the trash", records.restore_record, (FIELDS,), need="delete",
              gives="record"),
    Operation("GET", f"{ONE}/history", "Who changed what", records.record_history,
              (Parameter("since", "Only after this version.", {"type": "integer", "minimum": 0}), TRASH),
              need="read", gives="history"),
    Operation("POST", f"{BASE}/files", "Upload a file", files.keep_file, UPLOAD, takes="file", gives="file",
              status=201),
    Operation("GET", f"{BASE}/files/{{id}}", "Download a file", files.send_file, gives="content"),
    Operation("GET", f"{BASE}/search", "Search everything", hits.search_records, SEARCH, gives="hits"),
    Operation("GET", f"{BASE}/reports", "Reports that you may see", reports.list_reports, gives="reports"),
    Operation("GET", f"{BASE}/reports/{{key}}", "What a report finds", reports.run_report, REPORT, gives="report"),
    Operation("POST", f"{BASE}/plans", "Plan or publish a package", plans.plan_or_publish, PLANS,
              need="administrator", takes="package", gives="plan", acts=True),
    Operation("GET", f"{BASE}/publishing/{{id}}", "How far a publish over big tables is", publishing.show_publishing,
              need="administrator", gives="publishing"),
    Operation("POST", f"{BASE}/publishing/{{id}}/cancel", "Call it off", publishing.call_off_publishing,
              need="administrator", gives="publishing", acts=True),
    Operation("GET", f"{BASE}/journal", "What was published", undoing.list_journal, JOURNAL, need="administrator",
              gives="journal"),
    Operation("POST", f"{BASE}/journal/{{id}}/undo", "Plan or do the undo of a publish", undoing.plan_or_undo, UNDO,
              need="administrator", takes="choices", gives="plan", acts=True),
    Operation("GET", f"{BASE}/retired", "What was taken out of use", retired.list_retired, need="administrator",
              gives="retired"),
    Operation("POST", f"{BASE}/retired/{{key}}/purge", "Delete for good what was taken out of use",
              retired.purge_retired, PURGE, need="administrator", takes="typed", gives="purged", acts=True),
    Operation("GET", f"{BASE}/packages", "Packages that are installed", configuration.list_packages,
              need="administrator", gives="packages"),
    Operation("GET", f"{BASE}/explain/{{key:path}}", "Which layer set what, who and when", configuration.explain,
              need="administrator", gives="explained"),
    Operation("GET", f"{BASE}/me", "Who you are and what you may do", people.read_me, gives="me"),
    Operation("GET", f"{BASE}/openapi.json", "This description", describe, gives="openapi"),
)  # fmt: skip
"""Everything that a token can do. What is not in here does not exist."""


def _api_routes() -> Iterator[Route]:
    """Yield a route for each path; a path's operations stand together."""
    for path, operations in groupby(OPERATIONS, lambda each: each.path):
        yield Route(path, resource(tuple(operations)), methods=METHODS)


def nowhere(request: Request) -> Response:
    """Answer for paths that lead nowhere, in the API's own words."""
    return problem_response(request, NotFound())


routes: list[BaseRoute] = [
    *_api_routes(),
    Route("/-/api/{path:path}", nowhere, methods=METHODS),
    Route("/-/schemas/{kind}.json", definition_schemas.show_schema),
    Route("/-/schemas/partial/{kind}.json", definition_schemas.show_partial_schema),
]
