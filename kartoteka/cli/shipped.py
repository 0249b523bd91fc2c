"""The packages that come with Kartoteka, by name, and the stack in which a package is checked without a workspace."""

from __future__ import annotations

from pathlib import Path

import kartoteka
from kartoteka.metadata.exports import LAYERS_FILE, applied
from kartoteka.metadata.packages import MANIFEST_FILE, read_package
from kartoteka.metadata.stack import LOCAL, Stack

FOLDER = Path(kartoteka.__file__).parent / "packages"
BASE = "base"


def package_path(name: str) -> Path:
    """Return where a package lies: a folder or zip of that name, else the one that we ship."""
    path = Path(name)
    shipped = FOLDER / name
    return shipped if not path.exists() and (shipped / MANIFEST_FILE).is_file() else path


def stack_below(path: Path) -> Stack:
    """Return the shipped packages that a package needs, in order. Raises Refused for one of broken shape."""
    if (path / LAYERS_FILE).is_file():
        return Stack()
    package = read_package(path)
    return _below(Stack(), package.manifest.key, tuple(package.manifest.requires.packages))


def _below(stack: Stack, key: str, wanted: tuple[str, ...]) -> Stack:
    for name in (BASE, *wanted):
        known = {layer.key for layer in stack.packages}
        if name not in {key, LOCAL, *known} and (FOLDER / name / MANIFEST_FILE).is_file():
            needs = tuple(read_package(FOLDER / name).manifest.requires.packages)
            stack = applied(_below(stack, name, needs), FOLDER / name)
    return stack
