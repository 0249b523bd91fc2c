"""A value read back is the value written, for every field type and every naughty string; one rule has one verdict."""

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kartoteka.metadata.fieldtypes import FieldType, Image, InvalidValue
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.records import create, update_record
from kartoteka.platform.units import Unit
from tests.api.kinds import TYPES, kinds_package
from tests.api.programs import Program, codes, undisturbed
from tests.application import Application
from tests.metadata.fieldtypes.samples import examples, naughty_strings

TEXTUAL = {
    key: each for key, each in TYPES.items() if each.name in ("text", "long_text", "tags", "json", "email", "url")
}

FILES = 101
"""Files of each sort: first documents, then as many pictures."""


@pytest.fixture
def kinds(world: Application) -> Application:
    """Add the card type with a field of every type, and something to link to."""
    world.apply(kinds_package())
    for number in range(FILES):
        world.create("client", name=f"Client {number}")
        world.create("deal", subject=f"Deal {number}")
        world.create("file", name=f"file {number}", digest="0" * 64, media_type="application/pdf")
        world.create("user", name=f"Person {number}", email=f"p{number}@kinds.example")
    for number in range(FILES):
        world.create("file", name=f"picture {number}", digest="0" * 64, media_type="image/png")
    return world


def plain(data: Any) -> Any:
    """Return a value without the title of a link."""
    return data["id"] if isinstance(data, dict) and data.keys() == {"id", "title"} else data


def test_every_type_is_read_back_as_it_was_written(kinds: Application) -> None:
    admin = Program(kinds, "admin@test.example")
    components = admin.get("/-/api/v1/openapi.json").json()["components"]
    schema = {"$ref": "#/components/schemas/kind", "components": components}
    validator = Draft202012Validator(schema)
    linked = {key for key, each in TYPES.items() if each.links_to}
    for place in range(6):
        values = {key: each.dump(examples(each)[place % (4 if key in linked else 6)]) for key, each in TYPES.items()}
        values |= {key: values[key] + FILES for key, each in TYPES.items() if isinstance(each, Image)}
        made = admin.make("kind", **values)
        assert {key: plain(made["values"][key]) for key in values} == values
        again = admin.get(f"/kind/{made['id']}").json()
        assert again == made
        validator.validate(again)
        assert admin.change(f"/kind/{made['id']}", **again["values"]).json()["version"] == 1
        emptied = admin.change(f"/kind/{made['id']}", **dict.fromkeys(values)).json()
        assert set(emptied["values"].values()) == {None}


def expected(field_type: FieldType, text: Any) -> Any:
    """Return what a program should get back, or the code of what is wrong, by the type alone."""
    try:
        value = field_type.load(text)
    except InvalidValue as refused:
        return refused.problem
    problem = next(field_type.check(value), None) if value is not None else None
    if problem is not None:
        return problem
    return None if value is None else field_type.dump(value)


def naughty(field_type: FieldType) -> Iterator[Any]:
    strings = naughty_strings() or pytest.skip("NOT AVAILABLE: real input")
    for text in strings:
        yield [text] if field_type.name == "tags" else {"text": text} if field_type.name == "json" else text


def test_naughty_strings(kinds: Application) -> None:
    admin = Program(kinds, "admin@test.example")
    for key, field_type in TEXTUAL.items():
        data = list(naughty(field_type))
        wanted = [expected(field_type, each) for each in data]
        good = [place for place, each in enumerate(wanted) if not isinstance(each, Problem)]
        body = [{"values": {key: data[place]}} for place in good]
        ids = admin.call("POST", "/kind", json=body).json()["ids"] if body else []
        for place, record in zip(good, ids, strict=True):
            found = admin.get(f"/kind/{record}", fields=key).json()["values"][key]
            assert found == wanted[place], (field_type.name, data[place])
        with undisturbed(kinds):
            for place, each in enumerate(wanted):
                if isinstance(each, Problem):
                    answer = admin.call("POST", "/kind", json={"values": {key: data[place]}})
                    assert codes(answer) == [(each.code, key)], (field_type.name, data[place])


def test_values_of_another_shape(kinds: Application) -> None:
    """Whatever a program sends is taken or refused with the type's own code, never a failure."""
    admin = Program(kinds, "admin@test.example")
    others: tuple[Any, ...] = (True, 1, -1.5, 10**30, "x", "", [], ["x"], [1], {}, {"id": 1}, {"amount": None}, [None])
    with undisturbed(kinds):
        for key, field_type in TYPES.items():
            for data in others:
                wanted = expected(field_type, data["id"] if field_type.links_to and data == {"id": 1} else data)
                if isinstance(wanted, Problem):
                    answer = admin.call("POST", "/kind", json={"values": {key: data}})
                    assert codes(answer) == [(wanted.code, key)], (field_type.name, data)


# --- one rule, one verdict ----------------------------------------------------------------------------------

BAD: tuple[tuple[dict[str, Any], dict[str, str], str], ...] = (
    ({"name": None}, {"name": ""}, "required"),
    ({"name": "x" * 300}, {"name": "x" * 300}, "text.too_long"),
    ({"inn": "123"}, {"inn": "123"}, "text.pattern"),
    ({"inn": "1111111111"}, {"inn": "1111111111"}, "not_unique"),
    ({"segment": "nothing"}, {"segment": "nothing"}, "choice.unknown"),
    ({"rank": 10**18}, {"rank": "1" + "0" * 18}, "number.too_many_digits"),
    ({"credit": {"amount": "1", "currency": "XXQ"}}, {"credit": "1 XXQ"}, "money.unknown_currency"),
    ({"met_at": "0001-01-01T00:00:00Z"}, {"met_at": "0001-01-01T00:00"}, "datetime.out_of_range"),
    ({"tags": ["x" * 61]}, {"tags": "x" * 61}, "tags.too_long"),
    ({"tags": [f"t{n}" for n in range(51)]}, {"tags": ",".join(f"t{n}" for n in range(51))}, "tags.too_many"),
    ({"parent": 999}, {"parent": "999"}, "link.not_found"),
)


@pytest.mark.parametrize(("data", "texts", "code"), BAD, ids=[f"{each[2]}-{next(iter(each[0]))}" for each in BAD])
def test_one_rule_one_verdict(world: Application, data: dict[str, Any], texts: dict[str, str], code: str) -> None:
    admin = Program(world, "admin@test.example")
    admin.make("client", name="Taken", inn="1111111111")
    mine = admin.make("client", name="Mine")["id"]
    [field] = data
    whole = {"name": "New", **data}
    with undisturbed(world):
        answers = [
            admin.call("POST", "/client", json={"values": whole}),
            admin.call("POST", "/client", json=[{"values": whole}]),
            admin.call("PATCH", f"/client/{mine}", json={"values": data}),
        ]
        for answer in answers:
            assert (answer.status_code, codes(answer)) == (422, [(code, field)])
        assert code_of_records(world, mine, data, field) in ((code, field), None)
        form = world.browser("admin@test.example")
        form.get("/client/new?all=1")
        page = form.post("/client/new", {"rendered": " ".join(whole), "name": "New", **texts})
    assert page.status_code == 422
    assert answers[0].json()["problems"][0]["message"] in unescape(page.text)


def code_of_records(world: Application, mine: int, data: dict[str, Any], field: str) -> tuple[str, str | None] | None:
    """Return what the writer itself says of a value; None where the value can't even be read."""
    types = {each.key: each.type for each in _fields(world)}
    try:
        value = None if data[field] is None else types[field].load(data[field])
    except InvalidValue:
        return None
    found = []
    acts: tuple[Callable[[Unit], Any], ...] = (
        lambda unit: create(unit, SYSTEM, "client", {"name": "New", field: value}),
        lambda unit: update_record(unit, SYSTEM, "client", mine, {field: value}),
    )
    for act in acts:
        with pytest.raises(Refused) as refused, world.runtime.writing() as unit:
            act(unit)
        found += [(each.code, each.field) for each in refused.value.problems]
    assert len(set(found)) == 1
    return found[0]


def _fields(world: Application) -> Any:
    with world.runtime.reading() as unit:
        return unit.model.catalog.entities["client"].fields
