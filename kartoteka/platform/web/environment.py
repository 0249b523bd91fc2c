"""Templates: one Jinja environment for each language, with the templates of every room."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import ChoiceLoader, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kartoteka.metadata.locales import LANGUAGES
from kartoteka.platform.web.pieces import HELPERS, MOST

HERE = Path(__file__).parent
LOCALES = HERE / "locale"


class Templates:
    """Renders the templates of the given folders in a language."""

    def __init__(self, folders: tuple[Path, ...], extra: Mapping[str, Any], cache: Path | None = None) -> None:
        self.translations = {language: load_translations(language) for language in LANGUAGES}
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in (HERE / "templates", *folders)])
        self._environments = {
            language: _environment(loader, translations, extra, cache)
            for language, translations in self.translations.items()
        }

    def render(self, name: str, language: str, context: Mapping[str, Any]) -> str:
        """Return a template filled in, in a language."""
        return self._environments[self._known(language)].get_template(name).render(context)

    def gettext(self, language: str) -> Callable[[str], str]:
        """Return the function that translates the product's own texts."""
        return self.translations[self._known(language)].gettext

    def _known(self, language: str) -> str:
        return language if language in self._environments else "en"


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that a template knows, as a plain dict: each import subtracts them, slowly from layers."""
        return {**self.globals, **(d or {})}


@cache
def load_translations(language: str) -> gettext.NullTranslations:
    """Read a language's texts from its .po file; English needs none."""
    file = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return gettext.NullTranslations()
    binary = io.BytesIO()
    with file.open("rb") as source:
        write_mo(binary, read_po(source, locale=language))
    binary.seek(0)
    return gettext.GNUTranslations(binary)


def _environment(
    loader: ChoiceLoader, translations: gettext.NullTranslations, extra: Mapping[str, Any], cache: Path | None
) -> Environment:
    environment = _Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=FileSystemBytecodeCache(str(cache)) if cache else None,
        auto_reload=False,
    )
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(HELPERS, **extra, _=_saying(translations))
    return environment


def _saying(translations: gettext.NullTranslations) -> Callable[..., Markup]:
    """Return what templates say `_("...")` with. It does what Jinja's own does, which translates anew each time."""

    @lru_cache(maxsize=MOST)
    def said(text: str) -> Markup:
        return Markup(translations.gettext(text)) % {}  # noqa: S704 (our own texts)

    def say(text: str, **params: object) -> Markup:
        return Markup(translations.gettext(text)) % params if params else said(text)  # noqa: S704 (params are escaped)

    return say
