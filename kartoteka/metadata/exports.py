"""The configuration as files: each layer a package folder of its own; and what applying files makes of a stack."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec

from kartoteka.metadata.definitions import FORMAT, KIND_BY_FOLDER, Manifest
from kartoteka.metadata.keys import is_key
from kartoteka.metadata.packages import MANIFEST_FILE, Package, read_package, write_package
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.row_files import FOLDER as ROWS_FOLDER
from kartoteka.metadata.row_files import file_of, write_rows
from kartoteka.metadata.stack import LOCAL, Layer, Stack
from kartoteka.metadata.trees import encode

LAYERS_FILE = "layers.json"
"""Names the layers of an export, the lowest first; the folder of that name holds each of them."""
LOCAL_MANIFEST = Manifest(format=1, key=LOCAL, version="0.0.0")


def write_stack(stack: Stack, folder: Path) -> None:
    """Write all layers, each as a package in a folder of its own. Raises Refused for a folder with other things in it.

    An earlier export is replaced: what is gone from the configuration is gone from the folder.
    """
    _check_is_ours(folder, LAYERS_FILE)
    if (folder / LAYERS_FILE).exists():
        for key in _layer_keys(folder):
            _clear(folder / key)
    for layer in stack:
        _write(layer, folder / layer.key)
    (folder / LAYERS_FILE).write_bytes(encode({"format": FORMAT, "layers": [layer.key for layer in stack]}))


def write_layer(layer: Layer, folder: Path) -> None:
    """Write one layer as a package. Raises Refused for a folder with other things in it."""
    _check_is_ours(folder, MANIFEST_FILE)
    _clear(folder)
    _write(layer, folder)


def applied(stack: Stack, path: Path) -> Stack:
    """Return the stack after what lies at `path` is applied: a package, a local layer, or the export of a whole stack.

    A package replaces its own layer, a whole export replaces everything. Raises Refused with every problem of shape.
    """
    if is_whole(path):
        return _read_stack(path)
    return with_read(stack, read_package(path))


def with_read(stack: Stack, package: Package) -> Stack:
    """Return the stack with a package, or with a local layer that was written as one."""
    if package.manifest.key == LOCAL:
        return replace(stack, local=_local(package))
    return stack.with_package(package)


def is_whole(path: Path) -> bool:
    """Tell whether the export of a whole stack lies there."""
    return (path / LAYERS_FILE).is_file()


def _read_stack(folder: Path) -> Stack:
    stack, problems = Stack(), list[Problem]()
    for key in _layer_keys(folder):
        try:
            package = read_package(folder / key)
            stack = replace(stack, local=_local(package)) if key == LOCAL else stack.with_package(package)
        except Refused as refused:
            problems += [replace(each, file=f"{key}/{each.file or ''}") for each in refused.problems]
    if problems:
        raise Refused(problems)
    return stack


def _local(package: Package) -> Layer:
    return Layer(LOCAL, None, dict(package.definitions))


def _layer_keys(folder: Path) -> list[str]:
    try:
        tree = msgspec.json.decode((folder / LAYERS_FILE).read_bytes())
    except msgspec.DecodeError as error:
        raise Refused([Problem("package.not_json", {"reason": str(error)}, file=LAYERS_FILE, pointer="")]) from error
    keys = tree.get("layers") if isinstance(tree, dict) and tree.get("format") == FORMAT else None
    if not isinstance(keys, list) or not all(isinstance(key, str) and is_key(key) for key in keys):
        raise Refused([Problem("export.no_layers", {"file": LAYERS_FILE}, file=LAYERS_FILE, pointer="/layers")])
    return keys


def _check_is_ours(folder: Path, mark: str) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / mark).exists():
        raise Refused([Problem("export.folder_in_use", {"path": str(folder)})])


def _clear(folder: Path) -> None:
    """Take out what an earlier export wrote; samples, tests and whatever else lies there stay."""
    for name in (*KIND_BY_FOLDER, ROWS_FOLDER):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / MANIFEST_FILE).unlink(missing_ok=True)


def _write(layer: Layer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {file_of(entity): write_rows(rows.rows or {}) for entity, rows in layer.rows.items()}
    write_package(Package(layer.manifest or LOCAL_MANIFEST, layer.definitions, files), folder)
