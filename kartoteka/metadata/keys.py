"""Keys: the names of entities, fields and all other definitions."""

from __future__ import annotations

import re

KEY_PATTERN = r"^[a-z][a-z0-9_]{0,59}$"
_KEY = re.compile(KEY_PATTERN.removesuffix("$"))

RESERVED_FIELDS = frozenset({"id", "version", "created_at", "created_by", "changed_at", "changed_by", "deleted_at"})
"""Every record has these by itself; the words of the expression language are taken too."""

RESERVED_WORDS = frozenset({"and", "or", "not", "in", "true", "false", "null", "contains", "has", "starts", "with"})

LOCAL_PREFIX = "x_"
"""What keys made in the studio begin with, so that a later package can't collide unnoticed."""


def is_key(text: str) -> bool:
    """Tell whether `text` may name a definition."""
    return bool(_KEY.fullmatch(text))


def is_free_for_field(text: str) -> bool:
    """Tell whether `text` may name a field: a key that no record and no expression uses already."""
    return is_key(text) and text not in RESERVED_FIELDS and text not in RESERVED_WORDS
