"""The description of the API is valid, says what there is, and holds for the answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kartoteka.api.routes import OPERATIONS
from kartoteka.metadata.packages import read_package
from kartoteka.metadata.schemas import all_schemas
from tests.api.programs import BASE, Program
from tests.application import SHIPPED, Application, running


@pytest.mark.parametrize("person", ["admin", "seller", "reader"])
def test_it_is_valid(lite: Application, person: str) -> None:
    validate(Program(lite, f"{person}@test.example").get(f"{BASE}/openapi.json").json())


def test_it_has_every_operation(lite: Application) -> None:
    told = Program(lite, "admin@test.example").get(f"{BASE}/openapi.json").json()["paths"]
    for operation in OPERATIONS:
        place = told[operation.address.replace("{entity}", "client")][operation.method.lower()]
        assert str(operation.status) in place["responses"]
        named = {each["name"] for each in place["parameters"]}
        assert {each.name for each in operation.parameters if not each.name.endswith(".")} <= named


def test_names_of_operations_are_unique(lite: Application) -> None:
    told = Program(lite, "admin@test.example").get(f"{BASE}/openapi.json").json()["paths"]
    names = [each["operationId"] for path in told.values() for each in path.values()]
    assert len(set(names)) == len(names)


def test_it_names_only_what_may_be_seen_and_written(lite: Application) -> None:
    schemas = Program(lite, "seller@test.example").get(f"{BASE}/openapi.json").json()["components"]["schemas"]
    assert "credit" not in str(schemas)
    assert "rank" in schemas["client.values"]["properties"]
    assert "rank" not in schemas["client.new"]["properties"]["values"]["properties"]
    assert schemas["client.new"]["properties"]["values"]["required"] == ["name"]
    assert "user" not in schemas


def test_answers_are_as_described(world: Application) -> None:
    admin = Program(world, "admin@test.example")
    description = admin.get(f"{BASE}/openapi.json").json()
    parent = admin.make("client", name="Parent")["id"]
    record = f"/client/{admin.make('client', name='Acme', credit='5', parent=parent)['id']}"
    admin.make("deal", subject="Deal", amount="7")
    done = [
        ("get", "/client", admin.get("/client", count="exact")),
        ("post", "/client", admin.call("POST", "/client", json={"values": {"name": "New"}})),
        ("post", "/client", admin.call("POST", "/client", json=[{"values": {"name": "New"}}])),
        ("post", "/client", admin.call("POST", "/client", json={"values": {"rank": "x"}})),
        ("get", "/client/{id}", admin.get(record)),
        ("get", "/client/{id}", admin.get("/client/99")),
        ("patch", "/client/{id}", admin.change(record, name="Other")),
        ("patch", "/client/{id}", admin.change(record, 1, name="Conflict")),
        ("get", "/client/{id}/history", admin.get(f"{record}/history")),
        ("get", f"{BASE}/search", admin.get(f"{BASE}/search", q="acme")),
        ("get", f"{BASE}/search", admin.get(f"{BASE}/search", z="acme")),
        ("get", f"{BASE}/me", admin.get(f"{BASE}/me")),
        ("get", f"{BASE}/reports", admin.get(f"{BASE}/reports")),
        ("get", f"{BASE}/reports/{{key}}", admin.get(f"{BASE}/reports/by_month")),
        ("post", f"{BASE}/plans", admin.call("POST", f"{BASE}/plans", json={})),
        ("get", f"{BASE}/journal", admin.get(f"{BASE}/journal")),
        ("post", f"{BASE}/journal/{{id}}/undo", admin.call("POST", f"{BASE}/journal/1/undo")),
        ("post", f"{BASE}/journal/{{id}}/undo", admin.call("POST", f"{BASE}/journal/2/undo")),
        ("get", f"{BASE}/retired", admin.get(f"{BASE}/retired")),
        ("post", f"{BASE}/retired/{{key}}/purge", admin.call("POST", f"{BASE}/retired/x/purge", json={"typed": "x"})),
    ]
    for method, path, answer in done:
        check(description, method, path if path.startswith(BASE) else f"{BASE}/records{path}", answer)


def check(description: Any, method: str, path: str, answer: Any) -> None:
    response = description["paths"][path][method]["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = description["components"]["responses"][response["$ref"].rsplit("/", 1)[-1]]
    schema = response["content"][answer.headers["content-type"]]["schema"]
    Draft202012Validator({**schema, "components": description["components"]}).validate(answer.json())


def test_the_description_of_the_sales_package_is_valid(tmp_path: Path) -> None:
    with running(tmp_path / "sales", "", read_package(SHIPPED / "sales")) as application:
        application.add_person("a@test.example", "administrator")
        validate(Program(application, "a@test.example").get(f"{BASE}/openapi.json").json())


def test_schemas_of_definitions_are_for_everybody(lite: Application) -> None:
    stranger = Program(lite)
    for name, schema in all_schemas().items():
        answer = stranger.get(f"/-/schemas/{name}.json")
        assert answer.json() == json.loads(json.dumps(schema))
        Draft202012Validator.check_schema(stranger.get(f"/-/schemas/partial/{name}.json").json())
    assert stranger.get("/-/schemas/nothing.json").status_code == 404
