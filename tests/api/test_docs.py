"""The examples of docs/api.md, one after the other, give what the page says."""

import json
import re
from pathlib import Path
from typing import Any

from kartoteka.api.routes import LIST, OPERATIONS
from tests.api.programs import Program
from tests.application import Application

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(r"```http\n(?P<method>[A-Z]+) (?P<url>.+)\n(?P<body>(?:.*\n)*?)```\n\n"
                     r"```json (?P<status>\d+)\n(?P<answer>(?:.*\n)*?)```")  # fmt: skip
ANYTHING = "…"


def fits(found: Any, told: Any) -> bool:
    """Tell whether an answer is what the page says; `…` stands for anything."""
    if told == ANYTHING:
        return True
    if isinstance(told, dict) and isinstance(found, dict):
        return told.keys() == found.keys() and all(fits(found[key], each) for key, each in told.items())
    if isinstance(told, list) and isinstance(found, list):
        return len(told) == len(found) and all(map(fits, found, told))
    return bool(found == told)


def test_examples(world: Application) -> None:
    admin = Program(world, "admin@test.example")
    examples = list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(examples) >= 12
    for each in examples:
        body = {"json": json.loads(each["body"])} if each["body"] else {}
        path, _, query = each["url"].partition("?")
        parameters = [part.partition("=")[::2] for part in query.split("&")] if query else []
        answer = admin.client.request(each["method"], path, params=parameters, **body)
        assert answer.status_code == int(each["status"]), (each["url"], answer.text)
        told = json.loads(each["answer"]) if each["answer"] else None
        found = answer.json() if answer.content else None
        assert fits(found, told), (each["url"], answer.text)


def test_the_page_names_every_operation_and_parameter() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for operation in OPERATIONS:
        tail = operation.path.rsplit("}", 1)[-1].strip("/") or operation.method
        assert tail.rsplit("/", 1)[-1] in page, operation.path
    for parameter in LIST:
        assert f"`{parameter.name}" in page, parameter.name
