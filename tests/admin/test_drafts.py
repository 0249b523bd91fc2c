"""Drafts: kept, merged, carried over to what others have published, refused where that collides."""

from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.metadata.definitions import Identity
from kartoteka.metadata.diff import diff
from kartoteka.metadata.problems import Conflict
from kartoteka.platform import drafts, tables
from kartoteka.platform.carrying_over import carry_over, wanted
from kartoteka.platform.configuration import Models
from kartoteka.platform.drafts import Draft, Edit, Trees
from kartoteka.platform.publishing import publish
from tests.admin.conftest import ADMIN, OTHER_ADMIN
from tests.admin.pages import document, follow, send, sentences, texts
from tests.admin.pages import publish as publish_draft
from tests.application import Application, Browser, unchanged

CLIENT, LIST = Identity("entity", "", "client"), Identity("list", "client", "all")
FIELD = "/-/admin/entity/client/field"


def field(trees: Trees, key: str) -> dict[str, object]:
    """Return a field's tree."""
    return next(each for each in trees[CLIENT]["fields"] if each["key"] == key)


def labelled(key: str, label: str) -> Edit:
    """Return the edit that labels a field."""
    return lambda trees: field(trees, key).update(label=label)


def with_columns(*columns: str) -> Edit:
    """Return the edit that gives the list these columns."""
    return lambda trees: trees[LIST].update(columns=[{"field": each} for each in columns])


def without_field(key: str) -> Edit:
    """Return the edit that takes a field out."""
    return lambda trees: trees[CLIENT].update(fields=[f for f in trees[CLIENT]["fields"] if f["key"] != key])


def with_field(key: str, type_name: str = "text") -> Edit:
    """Return the edit that adds a field."""
    return lambda trees: trees[CLIENT]["fields"].append({"key": key, "type": type_name})


def in_order(*keys: str) -> Edit:
    """Return the edit that puts these fields first."""

    def edit(trees: Trees) -> None:
        fields = trees[CLIENT]["fields"]
        trees[CLIENT]["fields"] = [field(trees, key) for key in keys] + [f for f in fields if f["key"] not in keys]

    return edit


def removed_list(trees: Trees) -> None:
    """Take the list out."""
    trees.pop(LIST)


def after_others(world: Application, mine: Edit, theirs: Edit) -> Draft:
    """Return a draft with an edit, after somebody else published another one."""
    with world.runtime.reading() as unit:
        base = unit.model.catalog
        draft = Draft(base.hash, diff(base, drafts.edited(unit, base, mine)))
        plan = drafts.plan_of(unit, drafts.edited(unit, base, theirs))
    publish(world.runtime.database, plan, actor="Second Admin")
    return draft


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (labelled("city", "Town"), labelled("name", "Firm")),
        (labelled("city", "Town"), lambda trees: field(trees, "city").update(help="Where")),
        (
            with_columns("name", "city", "segment", "rank", "credit", "owner", "inn"),
            lambda t: t[LIST].update(label="L"),
        ),
        (with_field("x_a"), with_field("x_b")),
        (without_field("met_at"), labelled("name", "Firm")),
        (in_order("owner"), with_field("x_b")),
        (with_field("x_a"), with_field("x_a")),
        (without_field("met_at"), without_field("met_at")),
        (removed_list, removed_list),
        (labelled("city", "Town"), labelled("city", "Town")),
    ],
)
def test_what_does_not_collide_is_carried_over(world: Application, mine: Edit, theirs: Edit) -> None:
    draft = after_others(world, mine, theirs)
    with world.runtime.reading() as unit:
        now = unit.model.catalog
        both = wanted(unit, draft)
        expected = drafts.edited(unit, now, mine if both.hash != now.hash else lambda trees: None)
        done = drafts.edited(unit, both, lambda trees: None)
    assert sorted(done.trees[CLIENT]["fields"], key=str) == sorted(expected.trees[CLIENT]["fields"], key=str)
    assert {i: t for i, t in done.trees.items() if i != CLIENT} == {
        i: t for i, t in expected.trees.items() if i != CLIENT
    }


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (labelled("city", "Town"), labelled("city", "Place")),
        (labelled("met_at", "Met"), without_field("met_at")),
        (without_field("met_at"), labelled("met_at", "Met")),
        (with_field("x_a"), with_field("x_a", "integer")),
        (in_order("owner"), in_order("rank")),
        (removed_list, lambda trees: trees[LIST].update(label="Everybody")),
        (lambda trees: trees[LIST].update(label="Everybody"), removed_list),
        (lambda trees: trees[LIST].update(filter="rank > 1"), lambda trees: trees[LIST].update(filter="rank > 2")),
        (lambda trees: trees[CLIENT].update(icon="star"), lambda trees: trees[CLIENT].update(icon="heart")),
    ],
)
def test_what_collides_is_refused_by_name(world: Application, mine: Edit, theirs: Edit) -> None:
    draft = after_others(world, mine, theirs)
    with world.runtime.reading() as unit:
        now = unit.model.catalog
        with pytest.raises(Conflict) as refused:
            wanted(unit, draft)
        assert refused.value.problem.code == "draft.collides"
        assert [each.code for each in refused.value.details]
        [found] = carry_over(unit, draft).undecided
        assert found.by is not None
        assert found.by.actor == "Second Admin"
        assert carry_over(unit, draft, {found.collision.name: "keep"}).catalog.hash == now.hash
        taken = carry_over(unit, draft, {found.collision.name: "take"})
        assert taken.catalog.hash != now.hash
        assert taken.undecided == ()


def test_a_draft_goes_on_over_what_somebody_else_published(both: Application) -> None:
    one, other = both.browser(ADMIN), both.browser(OTHER_ADMIN)
    send(one, f"{FIELD}/city", label__en="Town")
    send(other, f"{FIELD}/rank", label__en="Class", do="")
    publish_draft(other)
    page = one.get("/-/admin/draft")
    assert sentences(page) == ["Field “Town” of “Client” changes: label."]
    publish_draft(one)
    with both.runtime.reading() as unit:
        fields = unit.model.catalog.fields("client")
    assert (fields["city"].label, fields["rank"].label) == ("Town", "Class")


COLLISION = "choice:entity/client/fields/city/label"


def colliding(world: Application) -> tuple[Browser, Any]:
    """Return an administrator's browser with a draft that collides with another one's publish, and the page of it."""
    one, other = world.browser(ADMIN), world.browser(OTHER_ADMIN)
    send(one, f"{FIELD}/city", label__en="Town")
    send(one, f"{FIELD}/rank", label__en="Class")
    send(other, f"{FIELD}/city", label__en="Place")
    publish_draft(other)
    return one, one.get("/-/admin/draft")


def test_a_collision_is_shown_with_both_sides(world: Application) -> None:
    one, page = colliding(world)
    for url in (f"{FIELD}/city", "/-/admin/", "/-/admin/draft"):
        page = one.get(url)
        assert page.status_code == 409, url
        assert texts(page, "//fieldset/legend") == ["Field “Place” of “Client” label"]
        assert texts(page, "//fieldset//b[not(ancestor::legend)]") == ["Place", "Town"]
        assert "Second Admin" in texts(page, "//fieldset//small")[0]
    for url in ("/-/admin/drafts", "/-/admin/journal"):
        assert one.get(url).status_code == 200, url
    answer = unchanged(world, lambda: one.post(f"{FIELD}/name", {"label__en": "Firm"}))
    assert answer.status_code == 409
    undecided = unchanged(world, lambda: one.post("/-/admin/draft/settle", {COLLISION: "whatever"}))
    assert undecided.status_code == 409


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({COLLISION: "keep"}, ["Field “Class” of “Client” changes: label."]),
        ({"all": "keep"}, ["Field “Class” of “Client” changes: label."]),
        (
            {COLLISION: "take"},
            ["Field “Town” of “Client” changes: label.", "Field “Class” of “Client” changes: label."],
        ),
    ],
)
def test_a_collision_is_settled_by_the_person(world: Application, sent: dict[str, str], expected: list[str]) -> None:
    one, _ = colliding(world)
    page = follow(one, one.post("/-/admin/draft/settle", sent))
    assert sorted(sentences(page)) == sorted(expected)
    assert publish_draft(one).status_code == 303


def test_a_draft_that_lost_its_ground_is_told_what_is_wrong(world: Application) -> None:
    one, other = world.browser(ADMIN), world.browser(OTHER_ADMIN)
    with world.runtime.writing() as unit:
        now = unit.model.catalog
        drafts.keep(unit, world.people[ADMIN], drafts.edited(unit, now, with_columns("name", "met_at")))
    with world.runtime.reading() as unit:
        plan = drafts.plan_of(unit, drafts.edited(unit, now, without_field("met_at")))
    publish(world.runtime.database, plan, actor="Second Admin")
    page = one.get("/-/admin/draft")
    assert page.status_code == 422
    assert len(texts(page, "//p[@role='alert']")) == 1
    assert document(page).xpath("//form[@action='/-/admin/draft/discard']")
    assert one.get("/-/admin/drafts").status_code == 200
    assert other.get("/-/admin/draft").status_code == 200


def test_drafts_are_several_with_names(both: Application) -> None:
    admin = both.browser(ADMIN)
    send(admin, f"{FIELD}/city", label__en="Town")
    admin.post("/-/admin/drafts", {"name": " Autumn  fair "})
    send(admin, f"{FIELD}/rank", label__en="Class")
    page = admin.get("/-/admin/drafts")
    assert texts(page, "//li[contains(@class, 'draft-line')]//h2") == ["Without a name", "Autumn fair"]
    assert texts(page, "//li[contains(@class, 'is-open')]//ul/li") == ["Field “Class” of “Client” changes: label."]
    assert sentences(admin.get("/-/admin/draft")) == ["Field “Class” of “Client” changes: label."]
    bar = texts(admin.get("/-/admin/"), "//*[@class='draft-bar']")[0]
    assert bar == "1 unpublished change Autumn fair Review Publish 2 drafts Discard"
    first, second = [each.get("data-draft") for each in document(page).xpath("//li[@data-draft]")]
    admin.post(f"/-/admin/drafts/{first}/open")
    admin.post(f"/-/admin/drafts/{first}/name", {"name": "Names of towns"})
    publish_draft(admin)
    page = admin.get("/-/admin/drafts")
    assert texts(page, "//li[contains(@class, 'draft-line')]//h2") == ["Autumn fair"]
    assert admin.post(f"/-/admin/drafts/{second}/discard").status_code == 303
    with both.runtime.reading() as unit:
        assert drafts.of_person(unit, both.people[ADMIN]) == ()


@pytest.mark.parametrize("name", ["", "x" * 81, "Taken"])
def test_a_draft_needs_a_name_of_its_own(world: Application, name: str) -> None:
    admin = world.browser(ADMIN)
    admin.get("/-/admin/")
    assert admin.post("/-/admin/drafts", {"name": "Taken"}).status_code == 303
    assert unchanged(world, lambda: admin.post("/-/admin/drafts", {"name": name})).status_code == 422


def test_the_drafts_of_others_are_out_of_reach(world: Application) -> None:
    one, other = world.browser(ADMIN), world.browser(OTHER_ADMIN)
    send(one, f"{FIELD}/city", label__en="Town")
    with world.runtime.reading() as unit:
        number = drafts.current(unit, world.people[ADMIN]).number
    before = world.digest()
    for act in ("open", "name", "discard", "merge"):
        assert other.post(f"/-/admin/drafts/{number}/{act}", {"name": "Mine"}).status_code == 404, act
    assert world.digest() == before
    assert texts(other.get("/-/admin/drafts"), "//li[contains(@class, 'draft-line')]") == []


def test_two_drafts_of_ones_own_become_one(world: Application) -> None:
    admin = world.browser(ADMIN)
    send(admin, f"{FIELD}/city", label__en="Town")
    send(admin, f"{FIELD}/name", label__en="Firm")
    admin.post("/-/admin/drafts", {"name": "Second"})
    send(admin, f"{FIELD}/city", label__en="Place")
    page = admin.get("/-/admin/drafts")
    assert "collides in 1 place with the open draft" in page.text
    first = document(page).xpath("//li[@data-draft]/@data-draft")[0]
    page = admin.get(f"/-/admin/drafts/{first}/merge")
    assert texts(page, "//fieldset//b[not(ancestor::legend)]") == ["Place", "Town"]
    assert unchanged(world, lambda: admin.post(f"/-/admin/drafts/{first}/merge")).status_code == 409
    page = follow(admin, admin.post(f"/-/admin/drafts/{first}/merge", {COLLISION: "take"}))
    told = ["Field “Firm” of “Client” changes: label.", "Field “Town” of “Client” changes: label."]
    assert sorted(sentences(page)) == told
    assert texts(admin.get("/-/admin/drafts"), "//li[contains(@class, 'draft-line')]//h2") == ["Second"]


def test_what_was_reviewed_is_what_is_published(world: Application) -> None:
    one, other = world.browser(ADMIN), world.browser(OTHER_ADMIN)
    send(one, f"{FIELD}/city", label__en="Town")
    expected = document(one.get("/-/admin/draft")).xpath("//input[@name='expected']/@value")[0]
    send(other, f"{FIELD}/rank", label__en="Class")
    publish_draft(other)
    answer = unchanged(world, lambda: one.post("/-/admin/draft/publish", {"expected": expected}))
    assert answer.status_code == 409
    assert "Somebody has published meanwhile" in answer.text


def test_a_draft_is_discarded(world: Application) -> None:
    admin = world.browser(ADMIN)
    before = world.digest()
    send(admin, f"{FIELD}/city", label__en="Town")
    assert world.digest() != before
    admin.post("/-/admin/draft/discard")
    assert world.digest() == before
    assert "There is nothing to publish." in admin.get("/-/admin/draft").text
    assert admin.post("/-/admin/draft/publish").headers["location"] == "/-/admin/"


def test_a_draft_that_was_published_before_its_process_was_killed_is_empty(world: Application) -> None:
    admin = world.browser(ADMIN)
    send(admin, f"{FIELD}/city", label__en="Town")
    with world.runtime.reading() as unit:
        draft = drafts.current(unit, world.people[ADMIN])
        plan = drafts.plan_of(unit, wanted(unit, draft))
    publish(world.runtime.database, plan, actor="Ada Admin")
    page = admin.get(f"{FIELD}/city")
    assert page.status_code == 200
    assert texts(page, "//*[@class='draft-bar']") == []


def test_what_may_surprise_is_reviewed_first(world: Application) -> None:
    admin = world.browser(ADMIN)
    send(admin, f"{FIELD}/remark", required="1")
    answer = admin.post("/-/admin/draft/publish")
    assert answer.headers["location"] == "/-/admin/draft"
    page = follow(admin, answer)
    assert "3 cards have no value here yet" in page.text
    assert publish_draft(admin).status_code == 303


def test_what_is_published_is_what_is_stored(both: Application) -> None:
    """Words that are defaults, spelled by a form or by this code, make no difference between plan and database."""
    admin = both.browser(ADMIN)
    send(admin, "/-/admin/new-entity", label__en="Complaint", do="publish")
    send(admin, "/-/admin/entity/visit/form", do="down:main-main/client")
    publish_draft(admin)
    fresh = Models()
    with both.runtime.database.read() as connection:
        model = fresh.at(connection)
        stored = connection.execute(select(tables.state.c.hash)).scalar_one()
    assert model.catalog.hash == stored
