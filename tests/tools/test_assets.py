"""The front-end libraries: what is drawn, what is refused, when nothing needs doing."""

import re
from pathlib import Path

import pytest

from tools import assets

ICON = """<svg
  xmlns="http://www.w3.org/2000/svg"
  stroke-width="2"
>
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M3 10a7 7 0 1 0 14 0" />
  <path d="M21 21l-6 -6" />
</svg>
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose vendor folder is current."""
    for path in (assets.ICONS, Path("package-lock.json"), Path("tools/assets.py")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"the content of {path}")
    vendor = tmp_path / assets.VENDOR
    for name in (*assets.FILES, assets.FONT_CSS, assets.SPRITE):
        (vendor / name).parent.mkdir(parents=True, exist_ok=True)
        (vendor / name).write_text(name)
    (vendor / assets.STAMP).write_text(assets.fingerprint(tmp_path))
    return tmp_path


def test_sprite_keeps_shapes_and_leaves_colour_to_the_page(tmp_path: Path) -> None:
    (tmp_path / "search.svg").write_text(ICON)
    assert assets.draw_sprite(tmp_path, ["search"]) == (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        '<symbol id="search" viewBox="0 0 24 24">'
        '<path d="M3 10a7 7 0 1 0 14 0" /><path d="M21 21l-6 -6" /></symbol>\n'
        "</svg>\n"
    )


def test_unknown_icon_is_named(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsError, match="no outline icon named serach"):
        assets.draw_sprite(tmp_path, ["serach"])


def test_current_assets_are_left_alone(checkout: Path) -> None:
    assert assets.bring(checkout) is False


@pytest.mark.parametrize("changed", ["package-lock.json", str(assets.ICONS), "tools/assets.py"])
def test_assets_are_stale_once_their_source_changes(checkout: Path, changed: str) -> None:
    (checkout / changed).write_text("something else")
    assert not assets.is_current(checkout)


def test_assets_are_stale_once_a_file_is_lost(checkout: Path) -> None:
    (checkout / assets.VENDOR / "htmx.min.js").unlink()
    assert not assets.is_current(checkout)


@pytest.mark.parametrize("names", ["search\nedit\n", "edit\nedit\n"])
def test_icon_list_must_be_sorted_and_unique(checkout: Path, names: str) -> None:
    (checkout / assets.ICONS).write_text(names)
    with pytest.raises(assets.AssetsError, match="must be sorted"):
        assets.read_icons(checkout)


def test_every_icon_that_a_template_names_is_listed() -> None:
    templates = (assets.ROOT / "kartoteka").rglob("*.html")
    used = {name for path in templates for name in re.findall(r"\bicon\(['\"]([\w-]+)", path.read_text())}
    assert used <= set(assets.read_icons(assets.ROOT))
