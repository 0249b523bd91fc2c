"""Files: content-addressed on disk, each with a record of the built-in entity `file`."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, column, select, table

from kartoteka.metadata.problems import NotFound
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.lookups import sees_file
from kartoteka.platform.placement import load_placement
from kartoteka.platform.query import Query, Row, get
from kartoteka.platform.records import create
from kartoteka.platform.units import Unit

CHUNK = 1024 * 1024
COLUMNS = ("name", "media_type", "size", "digest")


def keep(unit: Unit, actor: Actor, folder: Path, name: str, media_type: str, content: BinaryIO) -> int:
    """Store a file and return its record's id. The same content is stored once."""
    digest, size = _store(folder, content)
    values = {"name": Path(name.replace("\\", "/")).name[:255] or "file", "size": size, "digest": digest}
    uploader = replace(SYSTEM, user_id=actor.user_id)
    return create(unit, uploader, "file", {**values, "media_type": media_type[:120] or None})


def _store(folder: Path, content: BinaryIO) -> tuple[str, int]:
    """Write to a temporary file first: a file under its digest is always whole."""
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as target:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    path = path_of(folder, digest.hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    Path(target.name).replace(path)
    return digest.hexdigest(), size


def path_of(folder: Path, digest: str) -> Path:
    """Return where the content of that digest lies."""
    return folder / digest[:2] / digest


def find(unit: Unit, file_id: int) -> Row:
    """Return a file's record. Raises NotFound."""
    return get(unit, SYSTEM, Query("file", COLUMNS, titles=False), file_id)


def open_for(unit: Unit, actor: Actor, folder: Path, file_id: int) -> tuple[Row, Path]:
    """Return a file's record and where its content lies. Raises NotFound where the actor may not have it."""
    row = find(unit, file_id)
    if not sees_file(unit, actor, file_id):
        raise NotFound("record.not_found", entity="file", id=file_id)
    return row, path_of(folder, str(row.values["digest"]))


def all_digests(connection: Connection) -> list[str]:
    """Return the digest of every file that there is a record of, those in the trash included, in order."""
    place = load_placement(connection).entities.get("file")
    if place is None:
        return []
    ordinal, name = place.columns["digest", ""]
    of = table(place.tables[ordinal], column(name)).c
    found = select(of[name]).where(of[name].is_not(None)).distinct().order_by(of[name])
    return [str(digest) for digest in connection.execute(found).scalars()]
