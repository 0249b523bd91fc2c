"""The documentation names what there is."""

import re
from pathlib import Path

from kartoteka.platform.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def test_every_setting_is_described() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"`{name}`" in page, name
        assert field.description


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_places_named_by_the_security_page_exist() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    for named in re.findall(r"`((?:metadata|platform|forms|search|reports)/[\w/.]*)`", page):
        assert (ROOT / "kartoteka" / named).exists(), named
    for named in re.findall(r"`(tests/[\w/.*]+)`", page):
        assert list(ROOT.glob(named)), named
