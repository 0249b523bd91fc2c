"""What an archive says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Literal

import msgspec

from kartoteka.metadata.problems import Problem, Refused
from kartoteka.platform import tables

FORMAT = 1
"""Raised whenever the files of an archive get another meaning; older code refuses it."""


class TableCount(msgspec.Struct, frozen=True):
    """How many rows a table has, and the SHA-256 of all of them in the order of their keys."""

    rows: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Which workspace, at which moment, made by which version. `lost` are files that were damaged or gone by then."""

    format: int = FORMAT
    platform: str
    schema_version: int
    database: Literal["sqlite", "postgresql"]
    made_at: datetime
    revision: int
    hash: str
    tables: Mapping[str, TableCount]
    files: int
    file_bytes: int
    lost: tuple[str, ...] = ()
    checksums: str = ""
    """The SHA-256 of the archive's list of checksums."""

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(each.rows for each in self.tables.values())


def platform_version() -> str:
    """Return the version of this code."""
    return version("kartoteka")


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest. Raises Refused for one of newer code, ValueError for what is none."""
    found = msgspec.json.decode(data)
    if not isinstance(found, dict):
        raise ValueError("manifest.json")
    format_, schema = found.get("format"), found.get("schema_version")
    if not isinstance(format_, int) or not isinstance(schema, int):
        raise ValueError("manifest.json")
    if format_ > FORMAT or schema > tables.SCHEMA_VERSION:
        params = {"version": str(found.get("platform", "")), "known": platform_version()}
        raise Refused([Problem("backup.newer", params)])
    return msgspec.convert(found, Manifest)
