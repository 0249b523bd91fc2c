"""Commands for people and programs: who may log in, with which roles, and tokens for the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import delete, select

from kartoteka.cli.founding import add_person, make_password
from kartoteka.cli.terminal import Terminal, is_interactive, terminal_of
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.platform import tables
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.people import COLUMNS, find_by_email, make_token, set_password
from kartoteka.platform.query import Query, Row, fetch
from kartoteka.platform.records import update_record
from kartoteka.platform.units import Unit
from kartoteka.platform.web.errors import N_

MOST_PEOPLE = 1000

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address.")]
Password = Annotated[
    str, typer.Option(envvar="KARTOTEKA_PASSWORD", help="The password; asked for, or made and shown once, without.")
]

user = typer.Typer(help="People who log in.", no_args_is_help=True)
token = typer.Typer(help="Tokens with which programs use the API as a person.", no_args_is_help=True)


@user.command("add")
def add_user(
    context: typer.Context,
    email: Email,
    name: Annotated[str, typer.Option(help="Name; the e-mail address without.")] = "",
    roles: Annotated[str, typer.Option(metavar="A,B", help="Keys of roles.")] = "",
    language: Annotated[str, typer.Option(metavar="|".join(LANGUAGES), help="The person's language.")] = "",
    password: Password = "",
) -> None:
    """Let a person log in."""
    terminal = terminal_of(context)
    chosen, made = ask_password(terminal, password)
    with terminal.runtime() as runtime, runtime.writing() as unit:
        data = {"email": email, "name": name or email, "roles": _known_roles(unit, roles), "language": language or None}
        add_person(unit, data, chosen)
    _show_password(terminal, email, chosen if made else "")


@user.command("password")
def change_password(context: typer.Context, email: Email, password: Password = "") -> None:
    """Give a person another password and end the person's sessions and tokens."""
    terminal = terminal_of(context)
    chosen, made = ask_password(terminal, password)
    with terminal.runtime() as runtime, runtime.writing() as unit:
        set_password(unit, _person(unit, email).id, chosen)
    _show_password(terminal, email, chosen if made else "")


@user.command("roles")
def change_roles(
    context: typer.Context, email: Email, roles: Annotated[str, typer.Argument(metavar="A,B", help="Keys of roles.")]
) -> None:
    """Give a person these roles instead of those that the person has."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.writing() as unit:
        wanted = {"roles": tuple(_known_roles(unit, roles))}
        update_record(unit, SYSTEM, "user", _person(unit, email).id, wanted)
    terminal.tell(terminal.say("{email:code} has the roles {roles:code}.", email=email, roles=wanted["roles"]))


@user.command("disable")
def disable(context: typer.Context, email: Email) -> None:
    """Lock a person out at once; the person's cards stay."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.writing() as unit:
        update_record(unit, SYSTEM, "user", _person(unit, email).id, {"active": False})
    terminal.tell(terminal.say("{email:code} can't log in any more.", email=email))


@user.command("enable")
def enable(context: typer.Context, email: Email) -> None:
    """Let a person who was disabled log in again."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.writing() as unit:
        update_record(unit, SYSTEM, "user", _person(unit, email).id, {"active": True})
    terminal.tell(terminal.say("{email:code} can log in again.", email=email))


@user.command("list")
def list_users(context: typer.Context) -> None:
    """Show who may log in."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.reading() as unit:
        page = fetch(unit, SYSTEM, Query("user", COLUMNS, limit=MOST_PEOPLE, titles=False))
    titles = (N_("E-mail"), N_("Person"), N_("Roles"), N_("Language"), N_("May log in"))
    table = Table(*(terminal.say(title) for title in titles))
    for row in page.rows:
        values = row.values
        may = terminal.say("yes") if values["active"] else terminal.say("no")
        roles = ", ".join(values["roles"] or ())
        table.add_row(str(values["email"]), str(values["name"]), roles, str(values["language"] or ""), may)
    Console().print(table)


@token.command("create")
def create_token(
    context: typer.Context,
    email: Email,
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    days: Annotated[int | None, typer.Option(min=1, help="Days after which it ends; never without.")] = None,
) -> None:
    """Make a token that acts as a person, with the person's rights. It is shown once."""
    terminal = terminal_of(context)
    ends = datetime.now(UTC) + timedelta(days=days) if days else None
    with terminal.runtime() as runtime, runtime.writing() as unit:
        secret = make_token(unit, _person(unit, email).id, name, ends)
    terminal.warn(terminal.say("Keep this token; it can't be shown again:"))
    terminal.tell(secret)


@token.command("list")
def list_tokens(context: typer.Context) -> None:
    """Show the tokens; their secrets are nowhere."""
    terminal = terminal_of(context)
    of = tables.token.c
    with terminal.runtime() as runtime, runtime.reading() as unit:
        rows = unit.connection.execute(select(tables.token).order_by(of.id)).all()
        people = {row.id: str(row.values["email"]) for row in _people(unit, {row.user_id for row in rows})}
    titles = (N_("No."), N_("E-mail"), N_("Name"), N_("Made"), N_("Ends"), N_("Last used"))
    table = Table(*(terminal.say(title) for title in titles))
    for row in rows:
        dates = (terminal.locale.date(each.date()) if each else "" for each in (row.created_at, row.expires_at))
        used = f"{terminal.locale.datetime(row.used_at)} UTC" if row.used_at else ""
        table.add_row(str(row.id), people.get(row.user_id, "?"), row.name, *dates, used)
    Console().print(table)


@token.command("revoke")
def revoke_token(
    context: typer.Context, number: Annotated[int, typer.Argument(metavar="NO", help="Its number in the list.")]
) -> None:
    """End a token at once."""
    terminal = terminal_of(context)
    with terminal.runtime() as runtime, runtime.writing() as unit:
        gone = unit.connection.execute(delete(tables.token).where(tables.token.c.id == number)).rowcount
    if not gone:
        raise NotFound("token.unknown", number=number)
    terminal.tell(terminal.say("Token No. {number:plain} is no longer valid.", number=number))


def ask_password(terminal: Terminal, given: str) -> tuple[str, bool]:
    """Return the password, and whether it was made up: where none is given and nobody types one."""
    if not given and is_interactive():
        prompt = terminal.say("Password (empty: one is made)")
        given = typer.prompt(prompt, default="", hide_input=True, show_default=False)
    return (given, False) if given else (make_password(), True)


def _show_password(terminal: Terminal, email: str, made: str) -> None:
    if made:
        terminal.warn(terminal.say("Password of {email:code}, shown only now:", email=email))
        terminal.tell(made)
    else:
        terminal.tell(terminal.say("{email:code} can log in with the new password.", email=email))


def _person(unit: Unit, email: str) -> Row:
    found = find_by_email(unit, email)
    if found is None:
        raise NotFound("person.unknown", email=email)
    return found


def _people(unit: Unit, ids: set[int]) -> tuple[Row, ...]:
    if not ids:
        return ()
    return tuple(fetch(unit, SYSTEM, Query("user", ("email",), ids=tuple(ids), limit=len(ids), titles=False)).rows)


def _known_roles(unit: Unit, text: str) -> list[str]:
    """Read keys of roles. Raises Refused for one that there is not."""
    wanted = [key.strip() for key in text.split(",") if key.strip()]
    known = unit.model.catalog.roles
    problems = [Problem("role.unknown", {"key": key, "known": sorted(known)}) for key in wanted if key not in known]
    if problems:
        raise Refused(problems)
    return wanted
