"""Matching: which record a row is about, by its id, its ref, or the key fields that were named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.forms.imports.columns import ID, REF
from kartoteka.forms.imports.rows import ImportRow
from kartoteka.metadata.problems import Problem
from kartoteka.platform.actors import Actor
from kartoteka.platform.lookups import CHUNK, ids_by_value, known_refs
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.units import Unit


@dataclass(frozen=True, slots=True)
class Matcher:
    """Finds the records of one entity that rows are about. `fields` are those that rows have values for."""

    actor: Actor
    entity: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    package: str

    def find(self, unit: Unit, rows: Sequence[ImportRow]) -> list[Row | None]:
        """Return for each row its record, None for a new one; what can't be told is added to the row's problems."""
        if not self.key and not any(row.record_id or row.ref for row in rows):
            return [None] * len(rows)
        refs = known_refs(unit, self.entity, [row.ref for row in rows if row.ref], self.package)
        by_key = self._by_key(unit, rows)
        candidates = [self._candidates(row, refs, by_key) for row in rows]
        records = self._read(unit, {each for _, ids in candidates for each in ids})
        return [self._match(row, *found, records) for row, found in zip(rows, candidates, strict=True)]

    def _by_key(self, unit: Unit, rows: Iterable[ImportRow]) -> Mapping[Any, Sequence[int]]:
        if not self.key:
            return {}
        values = {row.values.get(self.key[0]) for row in rows} - {None}
        return ids_by_value(unit, self.actor, self.entity, self.key[0], values)

    def _candidates(
        self, row: ImportRow, refs: Mapping[str, int], by_key: Mapping[Any, Sequence[int]]
    ) -> tuple[str, Sequence[int]]:
        """Return by what the row names its record, and which ones these may be."""
        if row.record_id is not None:
            return ID, (row.record_id,)
        if row.ref in refs:
            return REF, (refs[row.ref],)
        return "", by_key.get(row.values.get(self.key[0]), ()) if self.key else ()

    def _read(self, unit: Unit, ids: Iterable[int]) -> Mapping[int, Row]:
        names = tuple(dict.fromkeys((*self.key, *self.fields)))
        wanted, found = sorted(ids), {}
        for start in range(0, len(wanted), CHUNK):
            chunk = tuple(wanted[start : start + CHUNK])
            query = Query(self.entity, names, ids=chunk, limit=None, titles=False)
            found.update({row.id: row for row in fetch(unit, self.actor, query).rows})
        return found

    def _match(self, row: ImportRow, said: str, ids: Sequence[int], records: Mapping[int, Row]) -> Row | None:
        found = [records[each] for each in ids if each in records]
        if not said:
            return self._match_key(row, found) if self.key else None
        if not found:
            row.problems.append(Problem("record.not_found", {"entity": self.entity, "id": ids[0]}, field=said))
            return None
        return found[0]

    def _match_key(self, row: ImportRow, candidates: Sequence[Row]) -> Row | None:
        empty = [key for key in self.key if row.values.get(key) is None]
        if empty and not candidates:
            row.problems += [Problem("import.empty_key", {"name": key}, field=key) for key in empty]
            return None
        found = [each for each in candidates if all(each.values[key] == row.values[key] for key in self.key)]
        if len(found) > 1:
            params = {"ids": [each.id for each in found[:5]], "name": self.key[0]}
            row.problems.append(Problem("import.ambiguous_key", params, field=self.key[0]))
        return found[0] if len(found) == 1 else None

    def identity(self, row: ImportRow) -> tuple[Any, ...] | None:
        """Return what two rows about the same record have in common; None where a row stands alone."""
        if row.record_id is not None:
            return ("id", row.record_id)
        if row.ref:
            return ("ref", row.ref)
        return ("key", *(row.values.get(key) for key in self.key)) if self.key else None
