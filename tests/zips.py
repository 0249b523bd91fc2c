"""Packages as people send them: in a zip."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZipFile


def zipped(files: Mapping[str, Any]) -> bytes:
    """Return a zip of files, by path, that hold JSON; a text stands as it is."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, tree in files.items():
            archive.writestr(name, tree if isinstance(tree, str) else json.dumps(tree))
    return target.getvalue()
