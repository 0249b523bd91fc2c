"""What records hold, and what lies beside them: files on the disk, and the history of each record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, or_, select

from kartoteka.metadata.catalog import walk_fields
from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.fieldtypes.text import Written
from kartoteka.metadata.problems import NotFound, Refused
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.checks.findings import Finding, judged
from kartoteka.platform.files import all_digests, path_of
from kartoteka.platform.history import broken_chains
from kartoteka.platform.records import update_record
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit

MOST_NAMED = 10


def check_files(runtime: Runtime) -> Iterator[Finding]:
    """Read every file that a record speaks of; name those that are gone or another, and count those of no record."""
    with runtime.reading() as unit:
        wanted = all_digests(unit.connection)
    gone = [digest for digest in wanted if not path_of(runtime.files, digest).is_file()]
    broken = [digest for digest in set(wanted) - set(gone) if _digest(path_of(runtime.files, digest)) != digest]
    yield judged(bool(gone), "files", "files_missing", {"count": len(gone or wanted), "names": gone[:MOST_NAMED]})
    if broken:
        yield Finding("files_damaged", "wrong", {"count": len(broken), "names": sorted(broken)[:MOST_NAMED]})
    orphans = set(_stored(runtime.files)) - set(wanted)
    if orphans:
        yield Finding("files_orphaned", "note", {"count": len(orphans)})


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _stored(folder: Path) -> Iterator[str]:
    """Yield the digests under which files lie."""
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if len(path.name) == 64:
            yield path.name


def check_histories(runtime: Runtime) -> Iterator[Finding]:
    """Look whether each record's chain is whole, and ends where the record is now: a cut-off end shows only so."""
    with runtime.reading() as unit:
        broken = [f"{entity} {record}" for entity, record in broken_chains(unit.connection)]
        cut = [f"{entity} {record}" for entity in sorted(unit.model.catalog.entities) for record in _cut(unit, entity)]
    params = {"count": len(broken), "names": broken[:MOST_NAMED]}
    yield judged(bool(broken), "histories", "histories_broken", params)
    if cut:
        yield Finding("histories_cut", "wrong", {"count": len(cut), "names": cut[:MOST_NAMED]})


def _cut(unit: Unit, entity: str) -> list[int]:
    """Return the records whose version is not that of their newest entry."""
    main, of = unit.model.storage.of(entity).main, tables.history.c
    newest = select(of.record_id, func.max(of.version).label("version")).where(of.entity == entity)
    last = newest.group_by(of.record_id).subquery()
    joined = main.outerjoin(last, last.c.record_id == main.c.id)
    differs = or_(last.c.version.is_(None), last.c.version != main.c.version)
    return list(unit.connection.execute(select(main.c.id).select_from(joined).where(differs)).scalars())


def check_addresses(runtime: Runtime) -> Iterator[Finding]:
    """Look for texts that their field keeps in another spelling: e-mail addresses from before capitals were folded.

    Two that differ in nothing else would be taken for two people.
    """
    with runtime.reading() as unit:
        found = [each for entity, field in walk_fields(unit.model.catalog) for each in _misspelt(unit, entity, field)]
    names = [f"{each.entity} {each.record}" for each in found]
    repair = partial(_spell, found)
    params = {"count": len(found), "names": names[:MOST_NAMED]}
    yield judged(bool(found), "addresses", "addresses_misspelt", params, repair)


class _Misspelt(NamedTuple):
    entity: str
    record: int
    field: str
    kept: str
    """The value as it should be."""


def _misspelt(unit: Unit, entity: Entity, field: Field) -> Iterator[_Misspelt]:
    folds = isinstance(field.type, Written) and type(field.type).assigned is not FieldType.assigned
    tables_of = unit.model.storage.of(entity.key)
    column = tables_of.columns.get((field.key, "")) if folds else None
    if column is None:
        return
    main = tables_of.main
    joined = main if column.table is main else main.join(column.table, column.table.c.id == main.c.id)
    rows = select(main.c.id, column).select_from(joined).where(column.is_not(None), main.c.deleted_at.is_(None))
    for record, value in unit.connection.execute(rows, execution_options={"yield_per": 2_000}):
        kept = field.type.assigned(value)
        if kept != value:
            yield _Misspelt(entity.key, record, field.key, kept)


def _spell(found: list[_Misspelt], runtime: Runtime) -> None:
    """Write each as it should be, with its history; one that another record has already stays for a person to see."""
    for each in found:
        with suppress(Refused, NotFound), runtime.writing() as unit:
            update_record(unit, SYSTEM, each.entity, each.record, {each.field: each.kept})
