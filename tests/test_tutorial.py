"""The tutorial's package is read out of its page and does what the page says."""

import json
import re
from pathlib import Path

from kartoteka.metadata.packages import read_package
from kartoteka.platform.configuration import load_stack
from kartoteka.platform.plans import make_plan
from tests.application import running

PAGE = Path(__file__).resolve().parent.parent / "docs" / "tutorial.md"
FILES = ("kartoteka.json", "entities/rider.json", "lists/rider/all.json", "roles/trainer.json")


def test_the_package_of_the_tutorial_becomes_a_crm(tmp_path: Path) -> None:
    blocks = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name, block in zip(FILES, blocks, strict=False):
        file = tmp_path / "riding" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block, encoding="utf-8")
    package = read_package(tmp_path / "riding")
    with running(tmp_path / "school", "", package) as school:
        school.add_person("tina@test.example", "trainer")
        browser = school.browser("tina@test.example")
        saved = browser.post("/rider/new", {"rendered": "name phone", "name": "Max", "phone": "0176 12345678"})
        assert saved.status_code == 303
        assert "+49 176 12345678" in browser.get("/rider").text
        later = json.loads(blocks[1])
        later["fields"][1] = json.loads(blocks[len(FILES)])
        (tmp_path / "riding" / "entities" / "rider.json").write_text(json.dumps(later), encoding="utf-8")
        columns = json.loads(blocks[2])
        columns["columns"][2] = "mobile"
        (tmp_path / "riding" / "lists" / "rider" / "all.json").write_text(json.dumps(columns), encoding="utf-8")
        later["subtitle"] = ["mobile"]
        (tmp_path / "riding" / "entities" / "rider.json").write_text(json.dumps(later), encoding="utf-8")
        school.apply(read_package(tmp_path / "riding"))
        assert "+49 176 12345678" in browser.get("/rider").text
        with school.runtime.reading() as unit:
            stack = load_stack(unit.connection).with_package(read_package(tmp_path / "riding"))
            assert make_plan(unit.connection, unit.model, stack).changes == ()
