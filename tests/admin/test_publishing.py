"""A publish over a big table from the studio: announced, seen through, called off, refused."""

import pytest

from kartoteka.metadata.fieldtypes.text import Text
from kartoteka.platform import forecasts, jobs
from kartoteka.platform.preparing import publications, store
from tests.admin.conftest import ADMIN, SELLER
from tests.admin.pages import document, follow, publish, send, texts
from tests.application import Application, Browser

CLIENT = "/-/admin/entity/client"


@pytest.fixture(autouse=True)
def everything_is_big(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three clients be many."""
    monkeypatch.setattr(forecasts, "MOST_FILLED_AT_ONCE", 2)
    monkeypatch.setattr(forecasts, "MOST_INDEXED_AT_ONCE", 2)


def change_rank(world: Application, browser: Browser) -> None:
    """Let the rank become a text; three clients have one."""
    for rank in range(3):
        world.create("client", name=f"Ranked {rank}", rank=rank)
    assert send(browser, f"{CLIENT}/field/rank", type="text").status_code == 303


def begin(world: Application, browser: Browser) -> str:
    """Begin to publish that; return where one sees how far it is."""
    change_rank(world, browser)
    answer = publish(browser)
    assert answer.status_code == 303
    url: str = answer.headers["location"]
    assert url.startswith("/-/admin/publishing/")
    return url


def actions(browser: Browser, url: str) -> list[str]:
    """Return where the buttons of the page lead."""
    found: list[str] = document(browser.get(url)).xpath(
        "//section[@id='job']//a/@href | //section[@id='job']//form/@action"
    )
    return found


def test_it_is_announced_seen_through_and_undone(both: Application) -> None:
    admin = both.browser(ADMIN)
    change_rank(both, admin)
    assert "beside everybody's work" in " ".join(texts(admin.get("/-/admin/draft"), "//main//p"))
    url = publish(admin).headers["location"]
    page = admin.get(url)
    assert document(page).xpath("//progress/@max") == ["100"]
    assert "Ada Admin" in page.text
    assert publications.take_over(both.runtime, lambda _: None)
    page = admin.get(url)
    assert texts(page, "//h1") == ["Published"]
    assert not document(page).xpath("//progress")
    assert any("/journal/" in each for each in actions(admin, url))
    assert not document(admin.get("/-/admin/")).xpath("//*[@id='draft']")
    with both.runtime.reading() as unit:
        assert isinstance(unit.model.catalog.fields("client")["rank"].type, Text)


def test_meanwhile_nobody_else_publishes(world: Application, admin: Browser) -> None:
    url = begin(world, admin)
    second = world.browser("second@test.example")
    bar = document(second.get("/-/admin/")).xpath("//*[@id='publishing']")[0]
    assert "Ada Admin is publishing" in bar.text_content()
    assert bar.xpath(".//a/@href") == [url]
    send(second, f"{CLIENT}/field/city", label__en="Town")
    answer = publish(second)
    assert answer.status_code == 409
    assert "Ada Admin" in answer.text
    assert second.post(f"{url}/cancel").status_code == 303  # another administrator may call it off


def test_called_off_the_draft_is_still_there(both: Application) -> None:
    admin = both.browser(ADMIN)
    url = begin(both, admin)
    page = follow(admin, admin.post(f"{url}/cancel"))
    assert "being taken away" in page.text
    assert publications.take_over(both.runtime, lambda _: None)
    assert texts(admin.get(url), "//h1") == ["Not published"]
    assert "/-/admin/draft" in actions(admin, url)
    assert document(admin.get("/-/admin/")).xpath("//*[@id='draft']")
    late = follow(admin, admin.post(f"{url}/cancel"))
    assert "over by then" in late.text


def test_what_is_refused_says_why(both: Application) -> None:
    admin = both.browser(ADMIN)
    url = publish_unique_rank(admin)
    both.create("client", name="Twin 1", rank=4)
    both.create("client", name="Twin 2", rank=4)
    assert publications.take_over(both.runtime, lambda _: None)
    page = admin.get(url)
    assert texts(page, "//h1") == ["Not published"]
    assert "used by more than one card" in page.text


def publish_unique_rank(browser: Browser) -> str:
    """Begin to make the rank unique."""
    send(browser, f"{CLIENT}/field/rank", unique="1")
    answer = publish(browser)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_what_no_job_carries_on_any_more_is_called_off_when_a_worker_starts(both: Application) -> None:
    """A backup that was put back has it, and has ended all jobs."""
    admin = both.browser(ADMIN)
    url = begin(both, admin)
    with both.runtime.writing() as unit:
        jobs.cancel(unit.connection, store.get(unit.connection, 1).job_id)
    publications.clear_abandoned(both.runtime)
    assert publications.take_over(both.runtime, lambda _: None)
    assert texts(admin.get(url), "//h1") == ["Not published"]


def test_only_administrators_see_it(world: Application, admin: Browser) -> None:
    url = begin(world, admin)
    seller = world.browser(SELLER)
    assert seller.get(url).status_code == 403
    assert seller.post(f"{url}/cancel").status_code == 403
    assert admin.get("/-/admin/publishing/99").status_code == 404
