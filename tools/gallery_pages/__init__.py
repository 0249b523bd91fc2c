"""Example pages of the gallery: a small firm's CRM in English and Russian."""

from tools.gallery_pages.cards import cards
from tools.gallery_pages.doors import doors
from tools.gallery_pages.firm import Pages, make_shell
from tools.gallery_pages.forms import forms
from tools.gallery_pages.lists import lists
from tools.gallery_pages.reports import reports
from tools.gallery_pages.results import results
from tools.gallery_pages.studio import studio
from tools.gallery_pages.today import today


def make_pages(language: str) -> Pages:
    """Return name -> (template, context) of every example page, in the words of a language."""

    def say(english: str, russian: str) -> str:
        return russian if language == "ru" else english

    shell = make_shell(say, language)
    pages: Pages = {}
    for make in (today, lists, cards, forms, studio, reports, results, doors):
        pages |= make(say, shell)
    return pages
