"""A link to a file gives a right to its content, so nobody links to, lists or forges a file that isn't his."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.packages import Package
from kartoteka.platform.files import keep
from tests.api.programs import BASE, Program, codes, undisturbed
from tests.application import Application

FILES_URL = f"{BASE}/files"
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


def sent(program: Program, content: bytes = b"%PDF", name: str = "offer.pdf", kind: str = "application/pdf") -> Any:
    """Upload a file."""
    return program.call("POST", FILES_URL, params={"name": name}, content=content, headers={"content-type": kind})


def test_a_file_goes_up_and_comes_down(shared: Application) -> None:
    sam, olga = (Program(shared, f"{name}@files.example") for name in ("sam", "olga"))
    answer = sent(sam, "Дог\x00овор".encode(), "C:\\Договор №1.pdf", "application/pdf; charset=binary")
    file = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"{FILES_URL}/{file['id']}")
    assert file == {"id": file["id"], "name": "Договор №1.pdf", "media_type": "application/pdf", "size": 15}
    assert sam.get(f"{FILES_URL}/{file['id']}").status_code == 404  # nothing that he sees has it yet
    sam.make("client", name="Mine", contract=file["id"])
    down = sam.get(f"{FILES_URL}/{file['id']}")
    assert (down.status_code, down.content) == (200, "Дог\x00овор".encode())
    assert down.headers["content-type"] == "application/octet-stream"
    assert down.headers["content-disposition"].startswith("attachment")
    with undisturbed(shared):
        assert olga.get(f"{FILES_URL}/{file['id']}").status_code == 404
        assert [sam.get(f"{FILES_URL}/{text}").status_code for text in ("0", "x", "9" * 30)] == [404] * 3


def test_who_has_no_field_for_it_uploads_nothing(shared: Application) -> None:
    reader = Program(shared, "reader@test.example")
    sam = Program(shared, "sam@files.example")
    with undisturbed(shared):
        assert codes(sent(reader)) == [("access.forbidden", None)]
        assert codes(sent(sam, name="a\x07b")) == [("text.control_character", "name")]
        assert sent(sam, b"x" * (shared.runtime.settings.upload_megabytes * 1024 * 1024 + 1)).status_code == 413


def test_what_a_field_does_not_take_is_refused_however_it_came(shared: Application) -> None:
    picture = {"key": "client", "fields": [{"key": "logo", "type": "image", "max_size": 3}]}
    shared.apply(Package(Manifest(format=1, key="logos", version="1.0.0"), {Identity("entity", "", "client"): picture}))
    sam = Program(shared, "sam@files.example")
    client = sam.make("client", name="Mine")["id"]
    text, large, fine = (sent(sam, b"123", kind="text/plain"), sent(sam, b"1234", kind="image/png"),
                         sent(sam, b"123", kind="image/png"))  # fmt: skip
    for answer, code in ((text, "file.media_type"), (large, "file.too_big")):
        file = answer.json()["id"]
        with undisturbed(shared):
            assert codes(sam.change(f"/client/{client}", logo=file)) == [(code, "logo")]
            made = sam.call("POST", "/client", json={"values": {"name": "x", "logo": file}})
            assert codes(made) == [(code, "logo")]
    assert sam.change(f"/client/{client}", logo=fine.json()["id"]).status_code == 200
