"""Samples: rows to look at and to test with, `samples/<entity>.csv`, loaded once and in the order of their links.

Nobody gets them who installs the package; what everybody gets is reference data, in `data` (`metadata/row_files.py`).

The first column is `ref`, a name that stays the same for ever; links name refs. Items of lists are parted by `|`,
dates may be relative to the day of loading (`-3d`, `+2d 10:00`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath

from kartoteka.forms.imports.files import open_table
from kartoteka.forms.imports.results import ImportResult
from kartoteka.forms.imports.run import ImportOptions, OpenUnit, import_rows
from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.packages import Package
from kartoteka.platform.actors import SYSTEM, Actor

FOLDER = "samples"
SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class SampleProgress:
    """How far loading is."""

    entity: str
    rows: int


def load_samples(
    open_unit: OpenUnit,
    package: Package,
    actor: Actor = SYSTEM,
    on_progress: Callable[[SampleProgress], None] | None = None,
) -> Mapping[str, ImportResult]:
    """Load the rows of a package whose definitions are in force; return what became of them, by entity.

    Rows whose ref was loaded before are left alone, whatever people did with the records since. Raises Refused for
    files that make no sense; rows that are not right are in the results.
    """
    files = sample_files(package)
    with open_unit() as unit:
        order = order_of_links(unit.model.catalog, files)
        now = unit.now
    options = ImportOptions(keep_known=True, package=package.manifest.key, separator=SEPARATOR, relative_to=now)
    results: dict[str, ImportResult] = {}
    with tempfile.TemporaryDirectory(prefix="kartoteka-samples-") as folder:
        for entity in order:
            path = Path(folder) / f"{entity}.csv"
            path.write_bytes(files[entity])
            with open_table(path) as table:
                report = _reporter(entity, on_progress)
                results[entity] = import_rows(open_unit, actor, entity, table, options, on_progress=report)
    return results


def _reporter(
    entity: str, on_progress: Callable[[SampleProgress], None] | None
) -> Callable[[ImportResult], None] | None:
    return (lambda result: on_progress(SampleProgress(entity, result.total))) if on_progress else None


def sample_files(package: Package) -> dict[str, bytes]:
    """Return the package's CSV files by entity."""
    paths = ((PurePosixPath(name), data) for name, data in package.files.items())
    return {path.stem: data for path, data in paths if path.parts[0] == FOLDER and path.suffix == ".csv"}


def order_of_links(catalog: Catalog, entities: Mapping[str, object]) -> list[str]:
    """Return the entities so that what others link to comes first; where links go round, one of them is let go."""
    links = {entity: set(_targets(catalog, entity)) & entities.keys() - {entity} for entity in sorted(entities)}
    while True:
        try:
            return list(TopologicalSorter(links).static_order())
        except ValueError as error:  # CycleError: its second argument is the way round
            before, after = error.args[1][:2]
            links[after].discard(before)


def _targets(catalog: Catalog, entity: str) -> Iterator[str]:
    for field in catalog.fields(entity).values():
        if field.type.links_to:
            yield field.type.links_to
