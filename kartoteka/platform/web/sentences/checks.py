"""Sentences of the doctor: what was looked at, and what to do about what is not well."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

CHECKS: Final[dict[str, Sentence]] = {}
