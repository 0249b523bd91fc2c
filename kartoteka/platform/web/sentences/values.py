"""Sentences about values: what a person typed into a field, or an import or a program sent for it."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

ANY_FIELD: Final[dict[str, Sentence]] = {
    "required": "Please fill this in.",
    "not_unique": (
        "Another card already has “{value}”. Please enter something else.",
        "Another card already has this value. Please enter something else.",
    ),
    "field.read_only": "You can't change this field. Please leave it as it was.",
    "field.unknown": (
        "There is no field “{name}” here. Please check its name.",
        "There is no such field here. Please check its name.",
    ),
}

TEXTS: Final[dict[str, Sentence]] = {
    "text.not_text": "Please give a text here.",
    "text.too_long": (
        "Please shorten this: it has {length} {length:character|characters}, at most {max} fit.",
        "Please shorten this: at most {max} {max:character fits|characters fit}.",
    ),
    "text.pattern": "This does not have the expected form. Please check it.",
    "text.control_character": "There is an invisible character in this text. Please type it instead of pasting it.",
    "email.not_an_address": "“{text}” is not an e-mail address. It should look like name@example.com.",
    "url.not_an_address": "“{text}” is not an address of a web page. It should look like www.example.com.",
    "url.character": "There is a space or an invisible character in this address. Please take it out.",
    "url.scheme": "Addresses that begin with “{scheme}:” are not accepted. Please begin with https://.",
    "url.password": "Please take the user name and the password out of this address: everybody here would see them.",
    "phone.not_a_number": "“{text}” is not a phone number. Please enter it with its country code, such as +44.",
    "json.not_json": "“{text}” can't be read as JSON. Please check quotes, commas and brackets.",
    "json.character": "There is a character in this data that can't be stored. Please take it out.",
    "json.too_big": "This data is too big. At most {max:size} fit.",
    "json.too_deep": "This data is nested too deep. At most {max} {max:level fits|levels fit}.",
}

CHOICES: Final[dict[str, Sentence]] = {
    "boolean.unknown": "Please answer yes or no instead of “{text}”.",
    "choice.unknown": "“{value}” is not among the choices. Please choose one from the list.",
    "list.not_texts": "Please give a list of texts here.",
    "tags.separator": "A comma or a semicolon ends a tag. Please write “{tag}” without them.",
    "tags.too_long": "Please shorten the tag “{tag}”: at most {max} {max:character fits|characters fit}.",
    "tags.too_many": "There are {count} {count:tag|tags} here, at most {max} fit. Please remove some.",
    "rating.not_a_rating": "“{text}” is not a number of stars. Please enter a whole number.",
    "rating.out_of_range": "Please give from 1 to {max} {max:star|stars}.",
}

NUMBERS: Final[dict[str, Sentence]] = {
    "number.not_a_number": ("“{text}” is not a number. Please enter digits.", "Please enter a number."),
    "number.too_small": "Please enter {min:number} or more.",
    "number.too_big": "Please enter {max:number} or less.",
    "number.too_many_digits": "This number is too long: at most {digits} {digits:digit fits|digits fit}.",
    "integer.fraction": "Please enter a whole number, without a fraction.",
    "integer.not_integer": "Please enter a whole number.",
    "money.shape": "Please give an amount and a currency.",
    "money.unknown_currency": "There is no currency “{currency}”. Please use a code such as EUR or USD.",
}

TIMES: Final[dict[str, Sentence]] = {
    "date.not_a_date": "“{text}” is not a date. Please enter day, month and year.",
    "date.not_iso": "“{text}” is not a date. Please write it like 2026-01-31.",
    "date.short_year": "Please write the year in “{text}” with four digits.",
    "time.not_a_time": "“{text}” is not a time of day. Please write it like 9:30.",
    "datetime.not_a_moment": "“{text}” is not a date with a time. Please enter both.",
    "datetime.not_iso": "“{text}” is not a date with a time. Please write it like 2026-01-31T15:30:00Z.",
    "datetime.out_of_range": "Please enter a year from {first:plain} to {last:plain}.",
    "datetime.skipped_by_clock": (
        "There is no {text}: the clocks are put forward over it. Please choose an earlier or a later time."
    ),
    "duration.not_a_duration": "“{text}” is not a duration. Please write it like 1:30 or 45 min.",
    "duration.no_unit": "Is “{text}” meant in minutes or in hours? Please write, for example, 30 min or 2 h.",
    "duration.not_seconds": "Please give the duration as a whole number of seconds.",
    "duration.too_long": "This is too long. Please enter at most {hours} {hours:hour|hours}.",
}

LINKS: Final[dict[str, Sentence]] = {
    "link.not_found": "This card is gone, or you may not see it. Please choose another one.",
    "link.not_an_id": "“{text}” does not name a card. Please choose one from the list.",
    "file.media_type": (
        "A file of the kind “{found}” is not accepted here. Please choose one of these: {accept:or}.",
        "A file of this kind is not accepted here. Please choose another one.",
    ),
    "file.too_big": (
        "This file is too big: it has {size:size}, at most {max:size} fit.",
        "This file is too big: at most {max:size} fit.",
    ),
}

VALUES: Final[dict[str, Sentence]] = ANY_FIELD | TEXTS | CHOICES | NUMBERS | TIMES | LINKS
"""Every problem of a value."""
