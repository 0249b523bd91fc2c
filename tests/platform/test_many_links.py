"""A form of an entity with very many links: more titles than one statement can join."""

from __future__ import annotations

from pathlib import Path

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.packages import Package
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.query import Query, get
from tests.application import running

LINKS = 70


def test_titles_of_seventy_links_are_read(tmp_path: Path, database_url: str) -> None:
    links = [{"key": f"link_{n}", "type": "link", "target": "thing"} for n in range(LINKS)]
    name = {"key": "name", "type": "text"}
    trees = {
        Identity("entity", "", "thing"): {"key": "thing", "fields": [name]},
        Identity("entity", "", "hub"): {"key": "hub", "fields": [name, *links]},
    }
    package = Package(Manifest(format=1, key="links", version="1.0.0"), trees)
    with running(tmp_path, database_url, package) as application:
        things = [application.create("thing", name=f"Thing {n}") for n in range(LINKS)]
        values = {f"link_{n}": thing for n, thing in enumerate(things)}
        hub = application.create("hub", name="Hub", **values)
        with application.runtime.reading() as unit:
            row = get(unit, SYSTEM, Query("hub", tuple(values)), hub)
        assert [row.titles[key] for key in values] == [f"Thing {n}" for n in range(LINKS)]
        application.add_person("ada@test.example", "administrator")
        browser = application.browser("ada@test.example")
        for page in (f"/hub/{hub}", f"/hub/{hub}/edit"):
            answer = browser.get(page)
            assert answer.status_code == 200
            assert f"Thing {LINKS - 1}" in answer.text
