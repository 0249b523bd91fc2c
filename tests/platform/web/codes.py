"""The codes of problems and messages, as they stand in the source."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

from jsonschema import Draft202012Validator

import kartoteka
from kartoteka.metadata import schemas
from kartoteka.metadata.definitions import KINDS
from kartoteka.platform.access import Verb
from kartoteka.platform.package_rows.lines import COUNTS
from kartoteka.platform.web.sentences import SENTENCES

SOURCE = Path(kartoteka.__file__).parent
SPEAKERS = {
    "Problem", "Message", "InvalidValue", "Forbidden", "NotFound", "BadRequest", "Conflict", "ExpressionError",
    "_problem", "_some",
}  # fmt: skip
"""What is called with a code as its first or second argument."""
UPGRADES = ("changed", "removed", "removed_here", "added", "order", "locked", "needs", "needed", "places")
"""How a package and a client may collide."""
CODE = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?")
ENDINGS = (".html", ".json", ".csv", ".xlsx", ".js", ".css", ".svg", ".toml", ".sqlite", ".zip", ".po", ".col")
OWN_CODES = {"additionalProperties", "unevaluatedProperties", "required"}
"""Keywords of JSON Schema that have a code of another name."""
NO_FAILURES = {"$ref", "$dynamicRef", "allOf", "if", "properties", "items", "prefixItems", "patternProperties"}
"""Keywords of JSON Schema that only fail by others within them."""


def possible_keywords() -> set[str]:
    """Return the keywords of our schemas by which a definition can fail."""
    text = str([*schemas.all_schemas().values(), *(schemas.partial_schema(kind.word) for kind in KINDS)])
    keywords: set[str] = {word for word in Draft202012Validator.VALIDATORS if f"'{word}':" in text}
    return keywords - OWN_CODES - NO_FAILURES


COMPOSED = {
    "change.*_*": {f"change.{verb}_{kind.word}" for verb in ("add", "change") for kind in KINDS},
    "change.remove_*": {f"change.remove_{kind.word}" for kind in KINDS if kind.word != "entity"},
    "change.rename_*": {"change.rename_list", "change.rename_report"},
    "upgrade.*": {f"upgrade.{kind}" for kind in UPGRADES},
    "upgrade.**": {f"upgrade.{choice}{again}" for choice in ("keep", "take") for again in ("", "_again")},
    "collision.*": {f"collision.{word}" for word in (*(kind.word for kind in KINDS), "package")},
    "access.no_*": {f"access.no_{verb}" for verb in get_args(Verb)},
    "rows.*": {f"rows.{name}" for name in COUNTS},
    "schema.*": {f"schema.{word}" for word in possible_keywords()},
}
"""What the codes that are put together at run time can become (card types are retired, not removed)."""


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Return every node of the source outside the sentences, with its file."""
    files = [path for path in sorted(SOURCE.rglob("*.py")) if "sentences" not in path.parts]
    trees = [(path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in files]
    return tuple((name, node) for name, tree in trees for node in ast.walk(tree))


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a speaker, with its file."""
    for file, node in nodes():
        if isinstance(node, ast.Call) and name_of(node) in SPEAKERS:
            yield file, node


def name_of(call: ast.Call) -> str:
    """Return the last part of what is called."""
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def codes_in(node: ast.expr | None) -> Iterator[str]:
    """Yield the codes that an expression may be; what is put together has stars."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from codes_in(body)
            yield from codes_in(orelse)
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)


@cache
def spoken() -> dict[str, str]:
    """Return every code that is said, with a file that says it."""
    found = {code: file for file, call in calls() for argument in call.args[:2] for code in codes_in(argument)}
    for file, node in nodes():
        found.update((code, file) for value in _named_code(node) for code in codes_in(value))
    return {code: file for code, file in found.items() if CODE.fullmatch(code.replace("*", "star"))}


def _named_code(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a variable or a parameter called `code` may hold."""
    match node:
        case ast.arguments(args=args, defaults=[*defaults]) if defaults:
            pairs = zip(args[-len(defaults) :], defaults, strict=True)
            yield from (default for arg, default in pairs if arg.arg == "code")
        case ast.Assign(targets=[ast.Name(id="code")], value=value):
            yield value


@cache
def findings() -> frozenset[str]:
    """Return what the doctor's checks can say, and the advice that goes with what is not well."""
    said = [each for _, node in nodes() if isinstance(node, ast.Call) for each in _finding(name_of(node), node.args)]
    return frozenset(f"doctor.{code}" for code in said)


def _finding(name: str, arguments: list[ast.expr]) -> Iterator[str]:
    match name, arguments:
        case "judged", [_, ast.Constant(value=str(well)), ast.Constant(value=str(ill)), *_]:
            yield from (well, ill, f"{ill}.advice")
        case "Finding", [ast.Constant(value=str(code)), ast.Constant(value="well"), *_]:
            yield code
        case "Finding", [ast.Constant(value=str(code)), ast.Constant() | ast.IfExp(), *_]:
            yield from (code, f"{code}.advice")


def wanted() -> set[str]:
    """Return every code that needs a sentence."""
    patterns = {pattern for pattern in spoken() if "*" in pattern and not pattern.startswith("doctor.")}
    composed = {code for pattern in patterns for code in COMPOSED[pattern]} | set(findings())
    return {code for code in spoken() if "*" not in code} | composed


@cache
def lookalikes() -> frozenset[str]:
    """Return every text of the source that looks like a code of a known group."""
    groups = {code.partition(".")[0] for code in SENTENCES if "." in code}
    texts = {node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    dotted = {text for text in texts if "." in text and CODE.fullmatch(text) and not text.endswith(ENDINGS)}
    return frozenset(text for text in dotted if text.partition(".")[0] in groups)
