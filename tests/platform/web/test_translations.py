"""The translation files are current and complete, and translations fit what they translate."""

import re
from collections.abc import Callable

import pytest
from babel.messages.catalog import Catalog

from kartoteka.platform.web.environment import load_translations
from kartoteka.platform.web.sentences import all_texts
from kartoteka.platform.web.sentences.gaps import GAP, TABLES, forms_of, gaps_of
from tools import translations

LANGUAGES = translations.TRANSLATED
WAYS = {"", "plain", "number", "size", "code", "or", "card_type", "field", *TABLES}
AGAIN = "run: python -m tools.translations, and translate what it prints"
PERCENT = re.compile(r"%\(\w+\)[sd]")


def translator(language: str) -> Callable[[str], str]:
    """Return what translates, and gives an empty text where there is no translation."""
    if language == "en":
        return str
    catalog = translations.read(language)
    known = {message.id: str(message.string) for message in catalog if isinstance(message.id, str)}
    return lambda text: known.get(text, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_current(language: str) -> None:
    renewed = translations.renew(translations.read(language), translations.collect(), language)
    assert translations.file_of(language).read_text(encoding="utf-8") == translations.write(renewed, language), AGAIN


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_complete(language: str) -> None:
    assert translations.missing(translations.read(language)) == [], AGAIN


def test_texts_come_from_everywhere() -> None:
    texts = translations.collect()
    assert "Skip to content" in texts, "templates"
    assert "Something went wrong" in texts, "code"
    assert "Please fill this in." in texts, "sentences"


def test_renewing_keeps_translations_and_drops_what_is_gone() -> None:
    old = translations.renew(Catalog(locale="ru"), {"Save", "Gone"}, "ru")
    old["Save"].string = "Сохранить"
    new = translations.renew(old, {"Save", "Fresh"}, "ru")
    assert [(message.id, message.string) for message in new if message.id] == [("Fresh", None), ("Save", "Сохранить")]
    assert translations.missing(new) == ["Fresh"]


def test_what_is_written_can_be_loaded() -> None:
    text = load_translations("ru").gettext("Please fill this in.")
    assert text == "Заполните это поле."


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_keep_their_gaps(language: str) -> None:
    translate = translator(language)
    for text in all_texts():
        said = translate(text)
        assert said, text
        assert {gap for gap in gaps_of(said) if gap[1] != "|"} == {gap for gap in gaps_of(text) if gap[1] != "|"}, said
        assert {name for name, way in gaps_of(said) if way == "|"} <= {name for name, _ in gaps_of(text)}, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_pages_keep_their_gaps(language: str) -> None:
    for message in translations.read(language):
        for said in message.string if isinstance(message.string, tuple) else (message.string,):
            whole = message.id if isinstance(message.id, str) else message.id[-1]
            assert not said or set(PERCENT.findall(str(said))) == set(PERCENT.findall(whole)), said


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_words_that_go_with_numbers_have_all_forms(language: str) -> None:
    translate = translator(language)
    for text in [translate(each) for each in translations.collect() if isinstance(each, str)]:
        for name, way in GAP.findall(text):
            if "|" in way:
                assert len(way.split("|")) == len(forms_of(language)), (name, text)
            else:
                assert way in WAYS, text
        assert "{" not in GAP.sub("", text), text
