"""Brings the product's own texts into the translation files: `python -m tools.translations`.

Texts come from the templates, from `_("...")`, `N_("...")` and `visit.say("...")` in Python code, and from the
sentences and words of `kartoteka.platform.web.sentences`. Translations that are there are kept, texts that nobody
uses any more go. The files are sorted and bear neither times nor places, so that a difference shows what changed.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from kartoteka.metadata.locales import LANGUAGES
from kartoteka.platform.web.environment import LOCALES
from kartoteka.platform.web.sentences import all_texts

ROOT = Path(__file__).resolve().parent.parent / "kartoteka"
KEYWORDS = ("_", "N_", "say", "gettext", "ngettext")
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
WIDTH = 110

Text = str | tuple[str, ...]
"""A text, or singular and plural."""


def collect() -> set[Text]:
    """Return every text that is to be translated."""
    return {*_of_templates(), *_of_code(), *all_texts()}


def _of_templates() -> Iterator[Text]:
    options = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    for path in sorted(ROOT.glob("**/templates/**/*.html")):
        with path.open("rb") as source:
            for _, _, text, _ in babel_extract(source, KEYWORDS, (), options):
                if text:
                    yield _plain(text)


def _of_code() -> Iterator[Text]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in KEYWORDS:
                yield from _arguments(node)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _arguments(call: ast.Call) -> Iterator[Text]:
    """Yield what stands in a call: a text, one of two, or singular and plural."""
    match call.args:
        case [ast.Constant(value=str(one)), ast.Constant(value=str(several)), *_] if _name(call.func) == "ngettext":
            yield one, several
        case [ast.Constant(value=str(text)), *_] if text:
            yield text
        case [ast.IfExp(body=ast.Constant(value=str(text)), orelse=ast.Constant(value=str(other))), *_]:
            yield from (each for each in (text, other) if each)


def _plain(text: str | tuple[str | None, ...] | list[str | None]) -> Text:
    """Return one text as a string, singular and plural as a tuple."""
    if isinstance(text, str):
        return text
    parts = tuple(part for part in text if part is not None)
    return parts[0] if len(parts) == 1 else parts[:2]


def file_of(language: str) -> Path:
    """Return the file with the translations into a language."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """Return the translations that are there."""
    file = file_of(language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as source:
        return read_po(source, locale=language)


def renew(old: Catalog, texts: set[Text], language: str) -> Catalog:
    """Return the texts with the translations that `old` has for them."""
    new = Catalog(locale=language)
    for text in sorted(texts, key=_first):
        known = old.get(_first(text))
        message = new.add(text, known.string if known and not known.fuzzy and known.id == text else None)
        message.flags.discard("python-brace-format")  # the gaps of sentences have rules of their own
    return new


def _first(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def write(catalog: Catalog, language: str) -> str:
    """Return the translations as the text of their file."""
    body = io.BytesIO()
    write_po(body, catalog, width=WIDTH, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return _header(language) + body.getvalue().decode()


def _header(language: str) -> str:
    plural = get_plural(language)
    lines = (
        "Project-Id-Version: Kartoteka",
        f"Language: {language}",
        f"Plural-Forms: nplurals={plural.num_plurals}; plural={plural.plural_expr};",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    quoted = "".join(f'"{line}\\n"\n' for line in lines)
    comment = f"# Kartoteka in {language}. Texts are brought here by: python -m tools.translations"
    return f'{comment}\nmsgid ""\nmsgstr ""\n{quoted}\n'


def missing(catalog: Catalog) -> list[str]:
    """Return the texts that have no translation, or one form too few."""
    found = []
    for message in catalog:
        parts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (not all(parts) or message.fuzzy):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def main() -> int:
    """Write the files and print what is not translated yet; 1 if there is anything."""
    texts, lacking = collect(), 0
    for language in TRANSLATED:
        catalog = renew(read(language), texts, language)
        file_of(language).parent.mkdir(parents=True, exist_ok=True)
        file_of(language).write_text(write(catalog, language), encoding="utf-8")
        for text in missing(catalog):
            print(f"{language}: {text}")
            lacking += 1
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
