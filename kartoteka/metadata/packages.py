"""Packages on disk: a folder, or its zip, of definitions with a manifest. Read whole, all problems at once."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import msgspec

from kartoteka.metadata import schemas
from kartoteka.metadata.definitions import FORMAT, KIND_BY_FOLDER, Identity, Kind, Manifest
from kartoteka.metadata.keys import is_key
from kartoteka.metadata.package_tests import FOLDER as TESTS_FOLDER
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.row_files import RowSet, read_row_sets
from kartoteka.metadata.trees import Tree, encode, normal, read_manifest, shortened, write

MANIFEST_FILE = "kartoteka.json"
LARGEST_FILE = 20 * 1024 * 1024
LARGEST_PACKAGE = 200 * 1024 * 1024
MOST_FILES = 20_000
DECISIONS_FILE = "decisions.json"
"""What the consultant has decided where the package meets a client's own changes (see `decision_files`)."""
OTHER_FOLDERS = ("data", "samples", "languages", "workbooks", "tests")
"""Folders of a package that hold no definitions."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package as read: definitions as trees in normal form, and the other files as bytes."""

    manifest: Manifest
    definitions: Mapping[Identity, Tree]
    files: Mapping[str, bytes] = field(default_factory=dict)
    rows: Mapping[str, RowSet] = field(default_factory=dict)
    """The reference data, by card type; their files are among the others."""
    tests: Mapping[str, PackageTest] = field(default_factory=dict)
    """What the package proves of itself, by the name of the file; which is among the others too."""


def read_package(path: Path) -> Package:
    """Read a package from a folder or a zip. Raises Refused with every problem of its shape."""
    contents = _unzipped(path) if path.is_file() else _folder(path)
    problems: list[Problem] = []
    manifest = _manifest(contents, problems)
    definitions: dict[Identity, Tree] = {}
    for name in sorted(contents):
        if not name.endswith(".json") or name == MANIFEST_FILE or _is_other(name):
            continue
        found = _definition(name, contents[name], problems)
        if found:
            definitions[found[0]] = found[1]
    files = {name: data for name, data in contents.items() if _is_other(name)}
    rows, tests = read_row_sets(files, problems), _tests(files, problems)
    if problems or manifest is None:
        raise Refused(problems)
    return Package(manifest, definitions, files, rows, tests)


def _is_other(name: str) -> bool:
    return name == DECISIONS_FILE or name.split("/", maxsplit=1)[0] in OTHER_FOLDERS


def _folder(path: Path) -> dict[str, bytes]:
    if not path.is_dir():
        raise Refused([Problem("package.missing", {"path": str(path)})])
    found: dict[str, bytes] = {}
    root, total = path.resolve(), 0
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and not _is_hidden(name):
            if not file.resolve().is_relative_to(root):
                raise Refused([Problem("package.path_leads_out", {"path": name}, file=name)])
            size = file.stat().st_size
            total += size
            _check_size(name, size, len(found), total)
            found[name] = file.read_bytes()
    return found


def _is_hidden(name: str) -> bool:
    """Tell whether a file belongs to an editor, an operating system or version control, not to the package."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _unzipped(path: Path) -> dict[str, bytes]:
    """Read a zip into memory; what leads out of it or is too large is refused before it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            total = 0
            for number, entry in enumerate(entries):
                total += entry.file_size
                _check_path(entry.filename)
                _check_size(entry.filename, entry.file_size, number, total)
            return {e.filename: archive.read(e) for e in entries if not _is_hidden(e.filename)}
    except _BROKEN as error:
        raise Refused([Problem("package.broken_zip", {"path": path.name, "reason": str(error)})]) from error


_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, ValueError, EOFError, OSError, IndexError),
)
"""What reading a zip raises that is cut off, encrypted, of an unknown method or forged."""


def _check_path(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise Refused([Problem("package.path_leads_out", {"path": name}, file=name)])


def _check_size(name: str, size: int, number: int, total: int) -> None:
    if total > LARGEST_PACKAGE:
        raise Refused([Problem("package.too_large", {"max": LARGEST_PACKAGE})])
    if size > LARGEST_FILE:
        raise Refused([Problem("package.file_too_large", {"max": LARGEST_FILE}, file=name)])
    if number >= MOST_FILES:
        raise Refused([Problem("package.too_many_files", {"max": MOST_FILES})])


def _manifest(contents: Mapping[str, bytes], problems: list[Problem]) -> Manifest | None:
    if MANIFEST_FILE not in contents:
        problems.append(Problem("package.no_manifest", {"file": MANIFEST_FILE}, file=MANIFEST_FILE, pointer=""))
        return None
    tree = _json(MANIFEST_FILE, contents[MANIFEST_FILE], problems)
    if tree is None:
        return None
    newer = tree.get("format")
    if isinstance(newer, int) and newer > FORMAT:  # what else is new in it nobody here can judge
        problems.append(
            Problem("package.newer_format", {"found": newer, "known": FORMAT}, file=MANIFEST_FILE, pointer="/format")
        )
        return None
    found = [problem.at(file=MANIFEST_FILE) for problem in schemas.problems(schemas.MANIFEST, tree)]
    problems.extend(found)
    return None if found else read_manifest({name: value for name, value in tree.items() if name != "$schema"})


def _tests(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, PackageTest]:
    found: dict[str, PackageTest] = {}
    for name, data in sorted(files.items()):
        if name.startswith(f"{TESTS_FOLDER}/") and name.endswith(".json"):
            tree = _json(name, data, problems)
            wrong = [] if tree is None else [each.at(file=name) for each in schemas.problems(schemas.TESTS, tree)]
            problems.extend(wrong)
            if tree is not None and not wrong:
                body = {key: value for key, value in tree.items() if key != "$schema"}
                found[name] = msgspec.convert(body, PackageTest)
    return found


def _definition(name: str, data: bytes, problems: list[Problem]) -> tuple[Identity, Tree] | None:
    identity = _identity(name)
    if identity is None:
        problems.append(Problem("package.unknown_file", {"path": name}, file=name, pointer=""))
        return None
    tree = _json(name, data, problems)
    if tree is None:
        return None
    found = list(schemas.problems(identity.kind, tree, partial=True))
    found += _misplaced(identity, tree)
    problems.extend(problem.at(file=name) for problem in found)
    body = {key: value for key, value in tree.items() if key != "$schema"}
    return None if found else (identity, normal(body))


def _identity(name: str) -> Identity | None:
    folder, *rest = name.removesuffix(".json").split("/")
    kind: Kind | None = KIND_BY_FOLDER.get(folder)
    if kind is None or len(rest) != 1 + kind.of_entity or not all(is_key(part) for part in rest):
        return None
    return Identity(kind.word, rest[0] if kind.of_entity else "", rest[-1])


def _misplaced(identity: Identity, tree: Tree) -> Iterator[Problem]:
    """Yield what differs between a definition and the file that it lies in."""
    if tree.get("key", identity.key) != identity.key:
        yield Problem("package.misplaced", {"property": "key", "expected": identity.key}, pointer="/key")
    if identity.entity and tree.get("entity", identity.entity) != identity.entity:
        yield Problem("package.misplaced", {"property": "entity", "expected": identity.entity}, pointer="/entity")


def _json(name: str, data: bytes, problems: list[Problem]) -> Tree | None:
    try:
        tree = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problems.append(Problem("package.not_json", {"reason": str(error)}, file=name, pointer=""))
        return None
    if not isinstance(tree, dict):
        problems.append(Problem("schema.type", {"detail": "A definition is an object."}, file=name, pointer=""))
        return None
    return tree


def write_package(package: Package, folder: Path) -> None:
    """Write a package as files, one definition each, in stable order."""
    contents = {identity.path: encode(shortened(tree)) for identity, tree in package.definitions.items()}
    contents[MANIFEST_FILE] = encode(write(package.manifest))
    for name, data in {**package.files, **contents}.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def zip_package(package: Package, file: Path) -> None:
    """Write a package as a zip; the same package always gives the same bytes."""
    contents = {identity.path: encode(shortened(tree)) for identity, tree in package.definitions.items()}
    contents[MANIFEST_FILE] = encode(write(package.manifest))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted({**package.files, **contents}.items()):
            entry = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
