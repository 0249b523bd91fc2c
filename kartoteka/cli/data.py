"""Commands for what is in the cards: data import, data export, report, search, reindex."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from kartoteka.cli.counting import counting
from kartoteka.cli.memory import settle_memory
from kartoteka.cli.terminal import Terminal, terminal_of
from kartoteka.forms.imports.error_file import ErrorFile
from kartoteka.forms.imports.exports import export_csv
from kartoteka.forms.imports.files import open_table
from kartoteka.forms.imports.results import ImportResult, RowProblem
from kartoteka.forms.imports.run import ImportOptions, import_rows
from kartoteka.metadata.locales import Locale
from kartoteka.metadata.problems import NotFound
from kartoteka.platform.actors import SYSTEM, Actor
from kartoteka.platform.people import actor_of, find_by_email
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.runtime import Runtime
from kartoteka.platform.units import Unit
from kartoteka.platform.web.errors import N_
from kartoteka.reports.questions import answer
from kartoteka.reports.workbooks import Workbooks
from kartoteka.search.finder import finder_of
from kartoteka.search.indexer import reindex as build_anew

SHOWN_PROBLEMS = 20

EntityName = Annotated[str, typer.Argument(metavar="ENTITY", help="The card type's key.")]
Person = Annotated[
    str, typer.Option("--as", metavar="EMAIL", help="With the rights and the name of this person; all rights without.")
]


data = typer.Typer(help="Records in and out.", no_args_is_help=True)


@data.command("import")
def import_data(
    context: typer.Context,
    entity: EntityName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or .xlsx; the first row names the fields.")],
    *,
    key: Annotated[
        str, typer.Option(metavar="A,B", help="Fields by which a record is known: found ones are updated.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of the rows.")] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Keep nothing if any row is not right.")
    ] = False,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="Pass over columns that are no fields.")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where rows that fail go; FILE-errors.csv without.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="The CSV file's encoding, where it can't be told.")] = None,
    person: Person = "",
) -> None:
    """Bring in a table; rows that are not right go to an error file, the others in. Exit code 1 if any failed."""
    terminal = terminal_of(context)
    keys = tuple(each.strip() for each in key.split(",") if each.strip())
    options = ImportOptions(keys, dry_run, all_or_nothing, ignore_unknown)
    target = errors or file.with_name(f"{file.stem}-errors.csv")
    with (
        terminal.runtime() as runtime,
        open_table(file, encoding) as table,
        _error_file(terminal, target, table.header) as failed,
        counting(terminal.say("Rows")) as note,
    ):
        settle_memory()
        result = import_rows(
            runtime.writing,
            _actor(runtime, terminal, person),
            entity,
            table,
            options,
            on_progress=lambda so_far: note(so_far.total),
            on_failed=failed.add,
        )
    _show_result(terminal, result, target, dry_run)


@contextmanager
def _error_file(terminal: Terminal, target: Path, header: tuple[str, ...]) -> Iterator[ErrorFile]:
    """Open the error file; it is not left behind empty."""

    def say(found: RowProblem) -> str:
        text = terminal.sentence(found.problem)
        return f"{found.column}: {text}" if found.column else text

    filled = False
    try:
        with target.open("wb") as file, ErrorFile(file, header, say) as errors:
            try:
                yield errors
            finally:
                filled = errors.count > 0
    finally:
        if not filled:
            target.unlink()


def _show_result(terminal: Terminal, result: ImportResult, errors: Path, dry_run: bool) -> None:
    for found in result.problems[:SHOWN_PROBLEMS]:
        place = terminal.say("row {row:plain}", row=found.row)
        column = f" {found.column}" if found.column else ""
        terminal.warn(f"{place}{column} {found.problem.code}: {terminal.sentence(found.problem)}", "red")
    if dry_run:
        terminal.tell(terminal.say("Nothing was kept: this was a dry run."))
    figures = {
        name: getattr(result, name) for name in ("total", "created", "updated", "unchanged", "withheld", "failed")
    }
    text = N_("{total} {total:row|rows}: {created} new, {updated} updated, {unchanged} unchanged, {failed} failed.")
    terminal.tell(terminal.say(text, **figures))
    if result.withheld:
        terminal.tell(terminal.say("{withheld} good {withheld:row was|rows were} not kept.", withheld=result.withheld))
    if result.failed:
        terminal.warn(terminal.say("Rows that failed, and why: {path:code}", path=str(errors)), "red")
        raise typer.Exit(1)


@data.command("export")
def export_data(
    context: typer.Context,
    entity: EntityName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv, which reads back equal, or .xlsx for people.")],
    where: Annotated[str, typer.Option(metavar="CONDITION", help="Only records that meet it.")] = "",
    ids: Annotated[bool, typer.Option(help="A .csv with the records' ids: importing it updates them.")] = True,
    person: Person = "",
) -> None:
    """Write all records of a card type, with all their fields, to a file."""
    terminal = terminal_of(context)
    form, conditions = form_of(file), (where,) if where else ()
    with terminal.runtime() as runtime:
        settle_memory()
        actor = _actor(runtime, terminal, person)
        with runtime.reading() as unit, _finished(file) as target, counting(terminal.say("Records")) as note:
            if form == "csv":
                count = export_csv(unit, actor, entity, target, ids=ids, where=conditions, on_progress=note)
            else:
                query = Query(entity, _visible_fields(unit, actor, entity), conditions)
                title = unit.model.catalog.entities[entity].names(terminal.language)
                count = workbooks_of(runtime).write(unit, actor, query, title, form, target, progress=note)
    text = N_("{count} {count:record|records} written to {path:code}.")
    terminal.tell(terminal.say(text, count=count, path=str(file)))


def _visible_fields(unit: Unit, actor: Actor, entity: str) -> tuple[str, ...]:
    if entity not in unit.model.catalog.entities:
        raise NotFound("query.unknown_entity", name=entity)
    rights = unit.model.access.rights(actor, entity)
    return tuple(key for key in unit.model.catalog.fields(entity) if rights.sees(key))


def report(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The report's key.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A .xlsx or .csv file.")],
    person: Person = "",
) -> None:
    """Run a report and write it to a file."""
    terminal = terminal_of(context)
    form = form_of(output)
    with terminal.runtime() as runtime:
        actor = _actor(runtime, terminal, person)
        with runtime.reading() as unit, _finished(output) as target, counting(terminal.say("Records")) as note:
            workbooks_of(runtime).write_report(answer(unit, actor, key), form, target, note)
    terminal.tell(terminal.say("Written to {path:code}.", path=str(output)))


def form_of(file: Path) -> str:
    """Return what kind of file a name asks for."""
    form = file.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx"):
        raise typer.BadParameter(f"{file.name}: choose a name that ends with .csv or .xlsx")
    return form


@contextmanager
def _finished(file: Path) -> Iterator[BinaryIO]:
    """Open a file to write that is there only when it is whole; an earlier one of that name stays until then."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        with unfinished.open("wb") as target:
            yield target
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def workbooks_of(runtime: Runtime) -> Workbooks:
    """Return the runtime's maker of files as what its room made of it."""
    assert isinstance(runtime.workbooks, Workbooks)
    return runtime.workbooks


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to look for.")],
    entity: Annotated[str, typer.Option(help="Only cards of this type.")] = "",
    number: Annotated[int, typer.Option("-n", min=1, max=100, help="How many to show.")] = 20,
    person: Person = "",
) -> None:
    """Search the cards of all types."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime:
        actor = _actor(runtime, terminal, person)
        with runtime.reading() as unit:
            entities = unit.model.catalog.entities
            if entity and entity not in entities:
                raise NotFound("query.unknown_entity", name=entity)
            found = finder_of(runtime).search(unit, actor, text, (entity,) if entity else entities, limit=number)
            for hit in found.found:
                rows = fetch(unit, actor, Query(hit.entity, ids=(hit.record_id,), limit=1)).rows
                for row in rows:
                    kind = entities[hit.entity].name(terminal.language)
                    terminal.tell(f"{kind:<16} {row.title}  /{hit.entity}/{row.id}")
    if not found.found:
        terminal.warn(terminal.say("Nothing found."))
        raise typer.Exit(1)


def reindex(context: typer.Context) -> None:
    """Build the search index anew, out of the records."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, counting(terminal.say("Records")) as note:

        def go_on(done: int, total: int) -> bool:
            note(done, total)
            return True

        build_anew(runtime, finder_of(runtime).index, go_on)
    terminal.tell(terminal.say("The search index is new."))


def _actor(runtime: Runtime, terminal: Terminal, email: str) -> Actor:
    """Return who acts. Raises NotFound for a person who is not there or may not log in."""
    if not email:
        return replace(SYSTEM, locale=Locale(terminal.language, runtime.settings.time_zone))
    with runtime.reading() as unit:
        found = find_by_email(unit, email)
        actor = actor_of(unit, found.id, runtime.settings) if found else None
    if actor is None:
        raise NotFound("person.unknown", email=email)
    return actor


COMMANDS: tuple[Callable[..., None], ...] = (report, search, reindex)
