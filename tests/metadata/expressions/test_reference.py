"""The documentation tells of every function, and only of what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kartoteka.metadata.expressions import FUNCTIONS, parse
from kartoteka.metadata.expressions.reference import main, renewed
from kartoteka.metadata.expressions.sql_phrases import PHRASES

PAGE = Path(__file__).parents[3] / "docs" / "expressions.md"


def test_the_page_is_current(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert renewed(text) == text
    stale = tmp_path / "page.md"
    stale.write_text(text.replace("| `ABS(", "| `OLD("), encoding="utf-8")
    main(stale)
    assert stale.read_text(encoding="utf-8") == text


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        renewed("# Formulas")


def test_the_examples_on_the_page_are_expressions() -> None:
    block = re.search(r"```\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    for line in block.group(1).splitlines():
        parse(line)


def test_enough_functions_and_each_described() -> None:
    assert len(FUNCTIONS) >= 45
    assert all(function.description.endswith(".") for function in FUNCTIONS.values())


def test_phrases_are_for_both_databases() -> None:
    assert all(sqlite and postgresql for sqlite, postgresql in PHRASES.values())
