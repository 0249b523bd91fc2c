"""Sentences about people and what they ask for: rights, logging in, cards that changed, lists and searches."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

RIGHTS: Final[dict[str, Sentence]] = {
    "access.forbidden": "You have no right to do this. Your administrator can give it to you.",
    "access.no_create": "You have no right to create cards of the type “{entity:card_type}”.",
    "access.no_read": "You have no right to see this card. Your administrator can give it to you.",
    "access.no_edit": "You may look at this card, but not change it. Your administrator can give you the right.",
    "access.no_delete": "You may look at this card, but not delete it. Your administrator can give you the right.",
    "access.no_keep": "You may look at this card, but not change it. Your administrator can give you the right.",
    "export.rights_changed": "Your rights have changed since this file was made. Please download it anew.",
    "access.no_export": "You have no right to download lists and reports. Your administrator can give it to you.",
    "access.out_of_reach": "After this change you could no longer edit the card. Please ask your administrator for it.",
}

PEOPLE: Final[dict[str, Sentence]] = {
    "login.wrong": "This e-mail address and password do not go together. Please try again.",
    "login.wait": "Too many attempts. Please wait a few minutes and try again.",
    "login.no_demo": "This is not a demo. Please log in with your own account.",
    "request.csrf": "This page is too old to be sent safely. Please load it again and repeat what you did.",
    "request.foreign_origin": "Another web site has sent this. Please do it from a page of this one.",
    "people.not_oneself": "You can't take the studio away from yourself. Another administrator can do that.",
    "people.last_administrator": (
        "Nobody else here is an administrator who may log in. Please make somebody else one first."
    ),
    "password.length": "Please choose a password of {min} to {max} {max:character|characters}.",
}

RECORDS: Final[dict[str, Sentence]] = {
    "not_found": "There is nothing here. It may have been deleted or moved.",
    "record.not_found": "This card is gone, or you may not see it.",
    "record.changed": (
        "Somebody has changed the same fields meanwhile: {fields:field}. Please choose which values to keep.",
        "Somebody has changed this card meanwhile. Please look at it again before you save.",
    ),
}

QUERIES: Final[dict[str, Sentence]] = {
    "bulk.unknown_action": "Nothing of that kind can be done with several cards at once.",
    "bulk.nothing_chosen": "No cards are chosen. Please tick some first.",
    "query.unknown_entity": (
        "There is no card type “{name}”, or you may not see its cards.",
        "There is no such card type, or you may not see its cards.",
    ),
    "query.unknown_field": "There is no field “{name}” here, or you may not see it.",
    "query.not_sortable": "Lists can't be sorted by “{name}”. Please choose another column.",
    "query.no_condition": "A filter must be true or false for each card, but this one gives {kind:kind}.",
    "query.too_many_links": (
        "This asks for too many linked cards at once, at most {max} {max:link|links}. Please take a column out."
    ),
    "query.bad_cursor": "This page of the list is not there any more. Please go back to its beginning.",
    "filter.unknown_operator": "This field can't be filtered in this way. Please choose another comparison.",
    "filter.value_count": "Please give {fewest} to {most} {most:value|values} for this filter.",
    "filter.too_long": "This filter is too long: at most {max} {max:character fits|characters fit}.",
    "filter.no_value": "“{text}” can't be used as a filter here. Please enter a value.",
}

ACCESS: Final[dict[str, Sentence]] = RIGHTS | PEOPLE | RECORDS | QUERIES
"""Everything that a person may be told while working with cards, besides their values."""
