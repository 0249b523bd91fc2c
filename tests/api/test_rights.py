"""Every operation x role x ownership is decided as a small oracle says that was written apart from the product."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kartoteka.api.operations import Operation
from kartoteka.api.routes import MANY, ONE, OPERATIONS
from kartoteka.platform.people import make_token, set_password
from tests.api.programs import BASE, Program, codes, undisturbed
from tests.application import Application

ROLES = {"ada": "administrator", "sam": "seller", "olga": "seller", "rita": "reader", "kim": "keeper", "nob": ""}


@dataclass(frozen=True)
class Thing:
    """A record as the oracle knows it."""

    entity: str
    owner: str
    city: str = ""
    stage: str = ""
    client_owner: str = ""


THINGS = (
    *(Thing("client", owner, city) for owner in ("sam", "olga") for city in ("North", "South")),
    *(Thing("deal", o, stage=s, client_owner=c) for o, c in (("sam", "sam"), ("sam", "olga"), ("olga", "sam"))
      for s in ("open", "lost")),
    Thing("visit", ""),
)  # fmt: skip


def may(person: str, verb: str, thing: Thing) -> bool:
    """Tell what the definitions of the sample's roles mean, in plain words."""
    mine = thing.owner == person
    match ROLES[person], thing.entity, verb:
        case "administrator", _, _:
            return True
        case "seller", "client", _:
            return mine
        case "seller", "deal", "read":
            return thing.client_owner == person
        case "seller", "deal", "edit":
            return thing.client_owner == person and mine
        case "seller", "visit", _:
            return True
        case "reader", "client", "read":
            return True
        case "reader", "deal", "read":
            return thing.stage != "lost"
        case "keeper", "client", "read" | "edit":
            return thing.city == "North"
    return False


OPEN = {
    "administrator": {"client", "deal", "visit", "user", "file"},
    "seller": {"client", "deal", "visit"},
    "reader": {"client", "deal"},
    "keeper": {"client"},
    "": set(),
}
"""The card types of which a role may see any card."""
CREATES = {
    "administrator": {"client", "deal", "visit", "user", "file"},
    "seller": {"client", "deal", "visit"},
    "keeper": {"client"},
}


class Matrix:
    """The sample with a record for each thing, and a program for each person."""

    def __init__(self, world: Application) -> None:
        self.world = world
        for name, role in ROLES.items():
            world.add_person(f"{name}@matrix.example", *([role] if role else []))
        self.programs = {name: Program(world, f"{name}@matrix.example") for name in ROLES}
        self.ids: dict[Thing, int] = {}
        for thing in THINGS:
            self.ids[thing] = self._make(thing)

    def _make(self, thing: Thing) -> int:
        owner = self.world.people.get(f"{thing.owner}@matrix.example")
        match thing.entity:
            case "client":
                return self.world.create("client", name="Thing", city=thing.city, owner=owner)
            case "deal":
                client = next(each for each in self.ids if each.entity == "client" and each.owner == thing.client_owner)
                values = {"subject": "Thing", "stage": thing.stage, "client": self.ids[client], "owner": owner}
                return self.world.create("deal", **values)
        return self.world.create("visit", client=next(iter(self.ids.values())))

    def everything(self, things: list[Thing], method: str, action: str) -> None:
        """Put records into the trash, or take them out."""
        for thing in things:
            self.programs["ada"].call(method, f"/{thing.entity}/{self.ids[thing]}{action}")

    def put_back(self, operation: Operation, thing: Thing) -> None:
        """Undo what an operation did to a record that is or was in the trash."""
        address = f"/{thing.entity}/{self.ids[thing]}"
        if operation.method == "DELETE":
            self.programs["ada"].call("POST", f"{address}/restore")
        elif operation.path.endswith("/restore"):
            self.programs["ada"].call("DELETE", address)

    def address(self, operation: Operation, thing: Thing) -> str:
        return operation.path.replace("{entity}", thing.entity).replace("{id}", str(self.ids[thing]))


@pytest.fixture
def matrix(world: Application) -> Matrix:
    return Matrix(world)


def expected(person: str, thing: Thing, verb: str, success: int) -> int:
    """Return the status of something done to one record."""
    if not may(person, "read", thing):
        return 404
    return success if may(person, verb, thing) else 403


def check_one(matrix: Matrix, operation: Operation, verb: str, body: Any = None) -> None:
    """Do an operation as everybody to everything; first whatever must be refused, and so change nothing."""
    for entity in ("client", "deal", "visit"):
        of_kind = [thing for thing in THINGS if thing.entity == entity]
        if operation.path.endswith("/restore"):
            matrix.everything(of_kind, "DELETE", "")
        cases = [(person, thing) for person in matrix.programs for thing in of_kind]
        good = [(person, thing) for person, thing in cases if expected(person, thing, verb, 200) == 200]
        with undisturbed(matrix.world):
            for person, thing in cases:
                if (person, thing) not in good:
                    check_case(matrix, operation, person, thing, verb, body)
        for person, thing in good:
            check_case(matrix, operation, person, thing, verb, body)
            matrix.put_back(operation, thing)
        if operation.path.endswith("/restore"):
            matrix.everything(of_kind, "POST", "/restore")


def check_case(matrix: Matrix, operation: Operation, person: str, thing: Thing, verb: str, body: Any) -> None:
    answer = matrix.programs[person].call(operation.method, matrix.address(operation, thing), json=body)
    assert answer.status_code == expected(person, thing, verb, operation.status), (operation.path, person, thing)


def check_list(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        for entity in ("client", "deal", "visit", "user", "file", "nothing"):
            answer = program.get(f"/{entity}")
            assert answer.status_code == (200 if entity in OPEN[ROLES[person]] else 404), (person, entity)
            if entity in ("client", "deal", "visit") and answer.status_code == 200:
                seen = {matrix.ids[thing] for thing in THINGS if thing.entity == entity and may(person, "read", thing)}
                assert {each["id"] for each in answer.json()["records"]} == seen, (person, entity)


def check_create(matrix: Matrix, operation: Operation) -> None:
    values = {
        "client": {"name": "New", "city": "North"},
        "deal": {"subject": "New"},
        "visit": {},
        "user": {"name": "New", "email": "new@matrix.example", "roles": ["administrator"]},
        "file": {"name": "New", "digest": "0" * 64},
    }
    for person, program in matrix.programs.items():
        for entity, sent in values.items():
            answer = program.call("POST", f"/{entity}", json={"values": sent})
            role = ROLES[person]
            if entity in CREATES.get(role, ()):
                # A seller's deal must belong to one of his own clients, a visit to a client.
                refused = {("seller", "deal"): 403}.get((role, entity), 201)
                wanted = 422 if entity == "visit" else refused
            else:
                wanted = 403 if entity in OPEN[role] else 404
            assert answer.status_code == wanted, (person, entity, answer.text)


def check_uploads(matrix: Matrix, operation: Operation) -> None:
    """There is no field of files here that anybody could write: see `test_files` for those who have one."""
    with undisturbed(matrix.world):
        for program in matrix.programs.values():
            assert program.call("POST", operation.path, content=b"x").status_code == 403


def check_download(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        for thing in THINGS:
            assert program.get(matrix.address(operation, thing)).status_code == 404, person


def check_search(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        answer = program.get(operation.path, q="thing", limit="100")
        titled = [thing for thing in THINGS if thing.entity != "visit"]
        seen = {(thing.entity, matrix.ids[thing]) for thing in titled if may(person, "read", thing)}
        found = {(hit["entity"], hit["id"]) for hit in answer.json()["hits"] if hit["entity"] != "visit"}
        assert found == seen, person


def check_reports(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        found = [each["key"] for each in program.get(operation.path).json()["reports"]]
        assert found == (["by_month"] if "deal" in OPEN[ROLES[person]] else []), person


def check_report(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        answer = program.get(f"{BASE}/reports/by_month")
        assert answer.status_code == (200 if "deal" in OPEN[ROLES[person]] else 404), person


def check_plans(matrix: Matrix, operation: Operation) -> None:
    with undisturbed(matrix.world):
        for person, program in matrix.programs.items():
            answer = program.call("POST", operation.path, json={})
            assert answer.status_code == (422 if ROLES[person] == "administrator" else 403), person


def check_configuration(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        answer = program.get(operation.address.replace("{key}", "client.name"))
        assert answer.status_code == (200 if ROLES[person] == "administrator" else 403), person


def check_publishing(matrix: Matrix, operation: Operation) -> None:
    with undisturbed(matrix.world):
        for person, program in matrix.programs.items():
            answer = program.call(operation.method, operation.address.replace("{id}", "99"))
            assert answer.status_code == (404 if ROLES[person] == "administrator" else 403), person


def check_undo(matrix: Matrix, operation: Operation) -> None:
    """The first publish can't be taken back, since everything is built on it: so nothing changes."""
    check_acts(matrix, operation.path.replace("{id}", "1"), None, 422)


def check_purge(matrix: Matrix, operation: Operation) -> None:
    check_acts(matrix, operation.path.replace("{key}", "client.name"), {"typed": "client.name"}, 409)


def check_acts(matrix: Matrix, path: str, body: Any, refused: int) -> None:
    with undisturbed(matrix.world):
        for person, program in matrix.programs.items():
            answer = program.call("POST", path, json=body) if body else program.call("POST", path)
            assert answer.status_code == (refused if ROLES[person] == "administrator" else 403), person


def check_me(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        told = program.get(operation.path).json()
        assert {each["key"] for each in told["entities"]} == OPEN[ROLES[person]], person
        assert told["is_administrator"] == (ROLES[person] == "administrator")


def check_description(matrix: Matrix, operation: Operation) -> None:
    for person, program in matrix.programs.items():
        paths = program.get(operation.path).json()["paths"]
        assert {path.split("/")[5] for path in paths if "/records/" in path} == OPEN[ROLES[person]], person
        assert (f"{BASE}/plans" in paths) == (ROLES[person] == "administrator")


Check = Callable[[Matrix, Operation], None]
CHECKS: dict[tuple[str, str], Check] = {
    ("GET", MANY): check_list,
    ("POST", MANY): check_create,
    ("GET", ONE): lambda matrix, each: check_one(matrix, each, "read"),
    ("PATCH", ONE): lambda matrix, each: check_one(matrix, each, "edit", {"values": {}}),
    ("DELETE", ONE): lambda matrix, each: check_one(matrix, each, "delete"),
    ("POST", f"{ONE}/restore"): lambda matrix, each: check_one(matrix, each, "delete"),
    ("GET", f"{ONE}/history"): lambda matrix, each: check_one(matrix, each, "read"),
    ("POST", f"{BASE}/files"): check_uploads,
    ("GET", f"{BASE}/files/{{id}}"): check_download,
    ("GET", f"{BASE}/search"): check_search,
    ("GET", f"{BASE}/reports"): check_reports,
    ("GET", f"{BASE}/reports/{{key}}"): check_report,
    ("POST", f"{BASE}/plans"): check_plans,
    ("GET", f"{BASE}/publishing/{{id}}"): check_publishing,
    ("POST", f"{BASE}/publishing/{{id}}/cancel"): check_publishing,
    ("GET", f"{BASE}/journal"): check_configuration,
    ("POST", f"{BASE}/journal/{{id}}/undo"): check_undo,
    ("GET", f"{BASE}/retired"): check_configuration,
    ("POST", f"{BASE}/retired/{{key}}/purge"): check_purge,
    ("GET", f"{BASE}/packages"): check_configuration,
    ("GET", f"{BASE}/explain/{{key:path}}"): check_configuration,
    ("GET", f"{BASE}/me"): check_me,
    ("GET", f"{BASE}/openapi.json"): check_description,
}


def test_every_operation_is_in_the_matrix() -> None:
    assert {(each.method, each.path) for each in OPERATIONS} == CHECKS.keys()


def test_the_matrix(matrix: Matrix) -> None:
    for operation in OPERATIONS:
        CHECKS[operation.method, operation.path](matrix, operation)


def test_without_a_token_nothing_is_answered(lite: Application) -> None:
    with undisturbed(lite):
        for program in (Program(lite), Program(lite, token="kt_wrong")):
            for operation in OPERATIONS:
                path = operation.address.format(entity="client", id=1, key="by_month")
                answer = program.call(operation.method, path, json={})
                assert answer.status_code == 401, path
                assert answer.headers["www-authenticate"].startswith("Bearer")


# --- fields -----------------------------------------------------------------------------------------------

FIELDS = ("name", "inn", "city", "segment", "rank", "credit", "remark", "active", "founded", "met_at", "tags", "code",
          "risk", "parent", "owner")  # fmt: skip
NOT_FIELDS = ("id", "version", "created_at", "created_by", "changed_at", "changed_by", "deleted_at", "title", "f_name",
              "nothing", "client.name", "", "__class__", "'; drop table")  # fmt: skip
VALUES: dict[str, Any] = {
    "name": "New", "inn": "9876543210", "city": "North", "segment": "key", "rank": 7, "credit": "1.00", "remark": "x",
    "active": False, "founded": "2000-01-01", "met_at": "2000-01-01T00:00:00Z", "tags": ["x"], "code": "C-9",
    "risk": "1.00", "parent": None, "owner": None,
}  # fmt: skip
VERDICTS = {
    "ada": {"code": "field.read_only", "risk": "field.read_only"},
    "sam": {"credit": "field.unknown", "risk": "field.unknown", "rank": "field.read_only", "code": "field.read_only"},
}


def attempts() -> Iterator[tuple[str, Any]]:
    yield from ((name, VALUES[name]) for name in FIELDS)
    yield from ((name, value) for name in NOT_FIELDS for value in (1, "x", None))
    yield from ((name, {"x": 1}) for name in ("credit", "risk"))  # nonsense is not looked at either


def test_every_name_on_every_write(matrix: Matrix) -> None:
    """No mass assignment: what is hidden, computed or no field at all is refused by name and changes nothing."""
    mine = next(thing for thing in THINGS if thing.owner == "sam" and thing.city == "North")
    with undisturbed(matrix.world):
        for person, verdicts in VERDICTS.items():
            for name, value in attempts():
                verdict = "field.unknown" if name in NOT_FIELDS else verdicts.get(name)
                for method, path, besides in (
                    ("POST", "/client", {"name": "N"}),
                    ("PATCH", f"/client/{matrix.ids[mine]}", {}),
                ):
                    if verdict is not None:
                        body = {"values": {**besides, name: value}}
                        answer = matrix.programs[person].call(method, path, json=body)
                        assert codes(answer) == [(verdict, name or None)], (person, method, name, value)


def test_fields_that_may_be_written_are(matrix: Matrix) -> None:
    for person, verdicts in VERDICTS.items():
        values = {name: value for name, value in VALUES.items() if name not in (*verdicts, "owner", "inn")}
        made = matrix.programs[person].make("client", **values)
        told = {name: value if name != "credit" else value["amount"] for name, value in made["values"].items() if value}
        assert values.items() <= {**dict.fromkeys(values), "active": False, **told}.items(), person


# --- tokens -----------------------------------------------------------------------------------------------


def test_a_disabled_person_has_no_token_any_more(world: Application) -> None:
    admin, seller = (Program(world, f"{name}@test.example") for name in ("admin", "seller"))
    seller_id = world.people["seller@test.example"]
    assert seller.get("/client").status_code == 200
    assert admin.change(f"/user/{seller_id}", active=False).status_code == 200
    assert seller.get("/client").status_code == 401


def test_a_role_that_is_taken_away_ends_at_once(world: Application) -> None:
    admin, seller = (Program(world, f"{name}@test.example") for name in ("admin", "seller"))
    admin.change(f"/user/{world.people['seller@test.example']}", roles=None)
    assert seller.get("/client").status_code == 404


def test_a_new_password_withdraws_tokens(world: Application) -> None:
    seller = Program(world, "seller@test.example")
    with world.runtime.writing() as unit:
        set_password(unit, world.people["seller@test.example"], "another good password")
    assert seller.get("/client").status_code == 401


def test_an_expired_token(world: Application) -> None:
    for hours, status in ((1, 200), (-1, 401)):
        with world.runtime.writing() as unit:
            until = datetime.now(UTC) + timedelta(hours=hours)
            token = make_token(unit, world.people["seller@test.example"], "short", until)
        assert Program(world, token=token).get("/client").status_code == status


def test_a_cookie_is_no_token(world: Application) -> None:
    browser = world.browser("admin@test.example")
    assert browser.client.get("/-/api/v1/me").status_code == 401
    assert browser.client.post("/-/api/v1/records/client", json={"values": {"name": "x"}}).status_code == 401
