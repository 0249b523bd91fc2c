"""Works: what a publish needs of big tables that can be made ready before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from msgspec import Struct
from sqlalchemy import Connection

from kartoteka.metadata.changes import ChangeType
from kartoteka.metadata.needs import SORT, IndexSpec
from kartoteka.metadata.trees import read_field
from kartoteka.platform import forecasts
from kartoteka.platform.configuration import Model
from kartoteka.platform.conversions.filling import tasks_of
from kartoteka.platform.forecasts import can_be_ready, sizes_touched, smallest_big
from kartoteka.platform.operations import StepRunner
from kartoteka.platform.placement import load_placement, ready_key
from kartoteka.platform.plans import Plan
from kartoteka.platform.renaming import named_before, renames_in
from kartoteka.platform.steps import (
    AddColumn,
    CreateIndex,
    CreateTable,
    FillSortKeys,
    Step,
    columns,
    index_columns,
    indexes,
    moves,
)


class Convert(Struct, tag="convert", frozen=True):
    """Values to be converted into new columns: those of change number `change` of the plan."""

    entity: str
    change: int
    source: str
    """The field's key in force."""
    target: str
    """Its key after the publish."""
    size: int
    """Records, about."""
    last: int | None = 0
    """The last record that is done, None when all are."""
    makes: str = ""
    """The card type of which records are made where links would lead nowhere."""
    made: Sequence[int] = ()


class Sort(Struct, tag="sort", frozen=True):
    """Sort keys to be made for texts that are there already."""

    entity: str
    source: tuple[str, str]
    target: tuple[str, str]
    """Tables and columns."""
    size: int
    last: int | None = 0


class Index(Struct, tag="index", frozen=True):
    """An index to be made."""

    entity: str
    spec: IndexSpec
    name: str
    table: str
    columns: list[str]
    size: int
    last: int | None = 0


Work = Convert | Sort | Index
Works = Sequence[Work]


def find_works(connection: Connection, model: Model, plan: Plan) -> tuple[list[Work], list[Step]]:
    """Return what is to be made ready, and the steps that make room for it; nothing where the publish is quick."""
    counted = sizes_touched(connection, model, plan.changes)
    if max(counted.values(), default=0) <= smallest_big():
        return [], []
    found = _Finder(connection, model, plan, counted)
    works: list[Work] = [*found.conversions(), *found.sort_keys(), *found.indexes()]
    if not any(_is_long(work) for work in works) and not found.returns_many():
        return [], []
    return works, found.steps()


def _is_long(work: Work) -> bool:
    return work.size > (forecasts.MOST_INDEXED_AT_ONCE if isinstance(work, Index) else forecasts.MOST_FILLED_AT_ONCE)


class _Finder:
    """Works out the steps of a publish without carrying it out."""

    def __init__(self, connection: Connection, model: Model, plan: Plan, counted: dict[str, int]) -> None:
        self._model, self._plan, self._sizes = model, plan, counted
        self._renames = renames_in(plan.changes)
        self._tasks = list(tasks_of(plan.changes, model.revision + 1))
        with connection.begin_nested() as savepoint:
            self._runner = StepRunner(connection, model.revision + 1)
            self._runner.run(moves(plan.changes))
            self._placement = load_placement(connection)
            self._columns = [each for each in columns(plan.catalog, self._placement) if self._is_wanted(each)]
            self._indexes = [each for each in indexes(plan.catalog, self._placement) if self._is_wanted(each)]
            savepoint.rollback()
        self._added = {
            (each.entity, each.field, each.role): (each.table, each.column) for each in self._added_columns()
        }

    def _is_wanted(self, step: Step) -> bool:
        """Tell whether a step is about a big table that is there already."""
        return self._sizes.get(self._now(step.entity), 0) > smallest_big()

    def _now(self, entity: str) -> str:
        return named_before(entity, "", self._renames)[0]

    def _added_columns(self) -> Iterator[AddColumn]:
        for each in self._columns:
            if isinstance(each, AddColumn):
                yield each
            elif isinstance(each, CreateTable):
                yield from each.columns

    def conversions(self) -> Iterator[Convert]:
        """Yield the values that can be converted before the publish."""
        changed = (number for number, each in enumerate(self._plan.changes) if isinstance(each, ChangeType))
        for number, task in zip(changed, self._tasks, strict=True):
            if can_be_ready(task.change, self._model.catalog) and (task.entity, task.field, "") in self._added:
                before = renames_in(self._plan.changes[:number])
                entity, source = named_before(task.change.entity, task.change.after["key"], before)
                makes = read_field(task.change.after).type.links_to or ""
                yield Convert(entity, number, source, task.field, self._sizes[entity], makes=makes)

    def returns_many(self) -> bool:
        """Tell whether old values of many records come back: quick to do, but long to look at."""
        of = (self._sizes.get(self._now(task.entity), 0) for task in self._tasks)
        return any(size > forecasts.MOST_FILLED_AT_ONCE for size in of)

    def sort_keys(self) -> Iterator[Sort]:
        """Yield the sort keys that are missing."""
        for step in self._columns:
            if isinstance(step, FillSortKeys):
                known = self._placement.entities[step.entity]
                place = known.columns[step.field, ""]
                source = (known.tables[place.ordinal], place.column)
                entity = self._now(step.entity)
                target = self._added[step.entity, step.field, SORT]
                yield Sort(entity, source, target, self._sizes[entity])

    def indexes(self) -> Iterator[Index]:
        """Yield the indexes that are missing."""
        for step in self._indexes:
            if isinstance(step, CreateIndex):
                over = index_columns(step, self._place)
                if over is not None:
                    entity = self._now(step.entity)
                    yield Index(entity, step.spec, step.name, over[0], over[1], self._sizes[entity])

    def _place(self, entity: str, field: str, role: str) -> tuple[str, str]:
        if (entity, field, role) in self._added:
            return self._added[entity, field, role]
        known = self._placement.entities[entity]
        place = known.columns[field, role]
        return known.tables[place.ordinal], place.column

    def steps(self) -> list[Step]:
        """Return the steps that make room, under the names that are in force and a mark."""
        return [self._as_ready(each) for each in self._columns if isinstance(each, AddColumn | CreateTable)]

    def _as_ready(self, step: AddColumn | CreateTable) -> Step:
        if isinstance(step, CreateTable):
            marked = tuple(self._marked(each) for each in step.columns)
            return replace(step, entity=self._now(step.entity), columns=marked)
        return self._marked(step)

    def _marked(self, step: AddColumn) -> AddColumn:
        return replace(step, entity=self._now(step.entity), field=ready_key(step.field))
