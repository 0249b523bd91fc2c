"""Sentences about the tests that packages bring: what is otherwise than expected."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

PACKAGE_TESTS: Final[dict[str, Sentence]] = {
    "test.accepted": "This is saved, but it should be refused: {expected:code}.",
    "test.not_refused": (
        "This should be refused for {code:code} at “{name:code}”.",
        "This should be refused for {code:code}.",
    ),
    "test.otherwise": "“{name:code}” should be {expected}, and is {found}.",
    "test.unknown_ref": (
        "No record of “{entity:card_type}” is called “{ref}” in this file. Please check the spelling, or add it."
    ),
    "test.nobody": "“{ref}” may not log in, so nothing can be done as that person. Please let the person be active.",
    "test.none": "This package brings no tests. Please put some into its folder “{folder}”.",
    "test.passed": "{passed} of {count} {count:test passes|tests pass}.",
    "test.broken": "{count} {count:test that passed fails now|tests that passed fail now}:",
    "test.mended": "{count} {count:test that failed passes now|tests that failed pass now}.",
    "test.failed": "{count} {count:test fails|tests fail}, as before or because what it is about is new:",
    "list.unknown": "“{entity:card_type}” has no list “{name}”, or nobody in this role can use it.",
}
"""What tests of packages say."""
