"""What is drawn once and filled again and again must be what drawing it anew would give."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from msgspec.structs import replace

from kartoteka.forms.contexts import Fact
from kartoteka.platform.web.contexts import INPUTS, Cell, Option, Widget
from kartoteka.platform.web.pieces import HOLE
from tools import gallery, gallery_pages

TEXTS = ("", "plain", "<script>alert('1')</script>", '"quoted" & 100 %s %(x)d', "Ромашка\n'{{ 7 * 7 }}'", "hole1n0")
CELLS: tuple[str, ...] = (
    "text",
    "number",
    "date",
    "boolean",
    "choice",
    "choices",
    "link",
    "email",
    "phone",
    "url",
    "person",
    "rating",
)
CELLS += ("tags", "file", "image", "progress")
WIDGETS: tuple[str, ...] = (
    *INPUTS,
    "long_text",
    "json",
    "boolean",
    "choice",
    "radio",
    "multi_choice",
    "colour",
    "rating",
    "tags",
)
WIDGETS += ("link", "user", "file", "image", "readonly", "formula", "hidden")


@pytest.fixture(scope="module")
def environment() -> Environment:
    """The templates in English."""
    return gallery.make_environment("en")


def module(environment: Environment, name: str) -> Any:
    """Return what a template offers to others."""
    return environment.get_template(name).module


def variants(model: Any, *names: str) -> Iterator[Any]:
    """Yield a model with all the texts, in turn, so that every shape is met again with other texts."""
    for place in range(len(TEXTS) * 2):
        yield replace(model, **{name: TEXTS[(place + step) % len(TEXTS)] for step, name in enumerate(names)})


@pytest.mark.parametrize("kind", CELLS)
def test_cells_are_what_their_macros_draw(environment: Environment, kind: str) -> None:
    macros, offered = module(environment, "components/cells.html"), module(environment, "components/cell.html")
    items = (Option("a", "<b>A</b> %s"), Option("b", "B"))
    cells = list(variants(Cell(kind, level=3, items=items, tone="late"), "text", "url", "initials"))
    anew = [str(getattr(macros, kind)(cell)) for cell in cells]
    assert [str(offered.cell(cell)) for cell in cells] == anew
    assert str(offered.cell.all(cells)) == "".join(anew)
    columns = [f"is-{place % 2}" for place in range(len(cells))]
    slots = "".join(f'<td class="{css}">{each}</td>' for css, each in zip(columns, anew, strict=True))
    assert str(offered.slot.all(cells, columns)) == slots


@pytest.mark.parametrize("kind", WIDGETS)
@pytest.mark.parametrize("read_only", [False, True])
def test_widgets_are_what_their_macros_draw(environment: Environment, kind: str, read_only: bool) -> None:
    macros, offered = module(environment, "components/widgets.html"), module(environment, "components/widget.html")
    options = (Option("", ""), Option("a", "<i>A</i> 5 %", selected=True))
    plain = Widget(kind, "f", "<b>100 %</b>", options=options, help="%s?", read_only=read_only, unit="%")
    widgets = list(variants(plain, "value", "shown", "url", "gear_url"))
    anew = [str(getattr(macros, widget.macro)(widget)) for widget in widgets]
    assert [str(offered.widget(widget)) for widget in widgets] == anew
    assert str(offered.widget.all(widgets)) == "".join(anew)


def test_facts_show_the_texts_of_their_own_cells(environment: Environment) -> None:
    row = module(environment, "forms/_fact.html").row
    cells = list(variants(Cell("link"), "text", "url", "initials"))
    facts = [Fact("f", "<b>F</b>", cell, f"/edit/{place}<", "") for place, cell in enumerate(cells)]
    drawn = str(row.all(facts))
    assert drawn == "".join(str(row(fact)) for fact in facts)
    assert "<script>" not in drawn
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;" in drawn
    assert all(f'href="/edit/{place}&lt;"' in drawn for place in range(len(facts)))


def test_no_hole_is_left_open() -> None:
    for language in gallery.LANGUAGES:
        environment = gallery.make_environment(language)
        for template, context in gallery_pages.make_pages(language).values():
            assert HOLE not in environment.get_template(template).render(context)


def test_every_kind_is_tried(environment: Environment) -> None:
    for name, tried in (("cells", CELLS), ("widgets", (*WIDGETS, "input"))):
        source = (Path(gallery.ROOT) / f"platform/web/templates/components/{name}.html").read_text(encoding="utf-8")
        macros = {line.split("(")[0].split()[-1] for line in source.splitlines() if line.startswith("{% macro")}
        parts = {"plain", "notes", "gear", "frame", "options", "picked"}
        assert macros - parts - set(tried) == set()
