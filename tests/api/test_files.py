"""A link to a file gives a right to its content, so nobody links to, lists or forges a file that isn't his."""

from io import BytesIO
from pathlib import Path

import pytest

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.packages import Package
from kartoteka.platform.files import keep
from tests.api.programs import Program, codes, undisturbed
from tests.application import Application

FILES = Package(
    Manifest(format=1, key="files", version="1.0.0"),
    {
        Identity("entity", "", "client"): {"key": "client", "fields": [{"key": "contract", "type": "file"}]},
        Identity("role", "", "open"): {
            "key": "open",
            "entities": [{"entity": "file", "read": "all", "create": True, "edit": "all", "delete": "all"}],
        },
    },
)


@pytest.fixture
def shared(world: Application) -> Application:
    """Two sellers whose roles allow everything with files, and a file of each on a client of each."""
    world.apply(FILES)
    for name in ("sam", "olga"):
        world.add_person(f"{name}@files.example", "seller", "open")
    return world


def upload(world: Application, email: str, text: bytes) -> int:
    with world.runtime.writing() as unit:
        return keep(unit, world.actor(email), Path(world.runtime.files), "contract.txt", "text/plain", BytesIO(text))


def test_files_of_others(shared: Application) -> None:
    sam, olga = (Program(shared, f"{name}@files.example") for name in ("sam", "olga"))
    secret = upload(shared, "olga@files.example", b"secret")
    olga.make("client", name="Hers", contract=secret)
    mine = sam.make("client", name="Mine")["id"]
    with undisturbed(shared):
        answers = [
            sam.change(f"/client/{mine}", contract=secret),
            sam.call("POST", "/client", json={"values": {"name": "x", "contract": secret}}),
        ]
        assert [codes(each) for each in answers] == [[("link.not_found", "contract")]] * 2
        assert sam.get("/file").status_code == 404
        assert sam.get(f"/file/{secret}").status_code == 404
        forged = sam.call("POST", "/file", json={"values": {"name": "x", "digest": "0" * 64}})
        assert forged.status_code == 404
        assert sam.change(f"/file/{secret}", name="x").status_code == 404
        assert sam.get("/-/api/v1/search", q="contract").json()["hits"] == []
    browser = shared.browser("sam@files.example")
    assert [browser.get(path).status_code for path in (f"/-/files/{secret}", "/file", f"/file/{secret}")] == [404] * 3


def test_own_files_and_those_that_one_sees(shared: Application) -> None:
    sam = Program(shared, "sam@files.example")
    own = upload(shared, "sam@files.example", b"mine")
    made = sam.make("client", name="Mine", contract=own)
    assert made["values"]["contract"] == {"id": own, "title": "contract.txt"}
    seen = upload(shared, "olga@files.example", b"hers")
    admin = Program(shared, "admin@test.example")
    admin.change(f"/client/{made['id']}", contract=seen)
    assert sam.make("client", name="Other", contract=seen)["values"]["contract"]["id"] == seen
