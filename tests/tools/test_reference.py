"""The reference of definitions says what the code reads."""

from kartoteka.metadata.fieldtypes import FIELD_TYPES
from tools.reference import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.reference"


def test_every_property_is_described() -> None:
    bare = [line for line in page().splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert bare == []


def test_every_field_type_is_there() -> None:
    assert all(f"### `{cls.name}`" in page() for cls in FIELD_TYPES)
