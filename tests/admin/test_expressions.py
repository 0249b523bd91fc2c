"""Writing expressions in the studio: words to choose from, the verdict while typing, a trial on cards."""

from __future__ import annotations

import pytest

from tests.admin.pages import texts
from tests.application import Browser


def words(admin: Browser, text: str, entity: str = "client") -> list[str]:
    """Return what is offered behind a text."""
    answer = admin.get("/-/admin/words", params={"entity": entity, "text": text})
    assert answer.status_code == 200
    return texts(answer, "//li/@data-insert") if "<li" in answer.text else []


@pytest.mark.parametrize(
    ("text", "first", "absent"),
    [
        ("ci", "city", "UPPER("),
        ("rank > 1 AND ci", "city", "rank"),
        ("rou", "ROUND(", "SUM("),
        ("tod", "TODAY()", "TODAY("),
        ("parent.ci", "parent.city", "city"),
        ("COUNT_OF(", "client.parent", "city"),
        ("COUNT_OF(dea", "deal.client", "client.parent"),
        ("COUNT_OF(deal.client, sta", "stage", "START_OF_DAY("),
        ("COUNT_OF(deal.client) + ci", "city", "stage"),
        ('COUNT_OF(deal.client, stage = "', 'open"', "stage"),
        ('COUNT_OF(deal.client, stage = "w', 'won"', 'open"'),
    ],
)
def test_words_fit_the_place(admin: Browser, text: str, first: str, absent: str) -> None:
    found = words(admin, text)
    assert found[0] == first
    assert absent not in found


def test_words_are_found_by_their_labels_and_none_within_a_text(admin: Browser) -> None:
    assert "changed_at" in words(admin, "Changed")
    assert words(admin, 'name = "ci') == []
    assert words(admin, "city") == []
    assert words(admin, "nothing.here.") == []
    assert words(admin, "pipe", entity="nothing") == []


def test_a_formula_is_tried_on_the_newest_cards(admin: Browser) -> None:
    def tried(text: str) -> list[str]:
        answer = admin.get("/-/admin/check", params={"entity": "client", "name": "expression", "expression": text})
        return texts(answer, "//dl[@class='trials']//dd")

    names = tried("name")
    assert len(names) == 3
    assert tried("LEN(name)") == [str(len(name)) for name in names]
    assert tried("1 / 0") == ["nothing"] * 3
    assert tried("0.1 + 0.2") == ["0.3"] * 3
    assert tried("COUNT_OF(deal.client) >= 0") == ["Yes"] * 3
    assert "2026" in tried("DATE(2026, 1, 31)")[0]
    assert tried("city + 1") == []


def test_the_text_area_offers_words_and_is_a_plain_one_without(admin: Browser) -> None:
    page = admin.get("/-/admin/entity/client/list/all")
    assert texts(page, "//textarea[@name='filter']/@data-words") == ["/-/admin/words?entity=client"]
