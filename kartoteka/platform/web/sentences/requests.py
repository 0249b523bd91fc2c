"""Sentences for programs that ask over the API."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

REQUESTS: Final[dict[str, Sentence]] = {
    "request.no_token": "A token is needed: Authorization: Bearer …",
    "request.wrong_token": "This token is unknown, has expired or was withdrawn.",
    "request.method": "{method:code} does not work here. Please use one of these: {known:code}.",
    "request.unknown_parameter": (
        "There is no parameter “{name}” here. Please use one of these: {known:code}.",
        "There is no parameter “{name}” here.",
    ),
    "request.repeated_parameter": "The parameter “{name}” may be said only once.",
    "request.number": "“{name}” must be a whole number from {min} to {max}.",
    "request.word": "“{name}” must be one of these: {known:code}.",
    "request.one_direction": "Please give either “after” or “before”, not both.",
    "request.too_many_sorts": "Records can be sorted by at most {max} {max:field|fields}.",
    "request.if_match": 'If-Match must be an ETag that this API has given, such as "3", not {found:code}.',
    "request.two_versions": "If-Match and “version” name two different versions. Please give one.",
    "body.media_type": "The body must be of one of these types: {known:code}.",
    "body.too_large": "The body is too large: at most {max:size}.",
    "body.not_json": "The body is no JSON: {reason:code}",
    "body.repeated_name": "“{name}” is said twice. Nobody knows which one would count.",
    "body.shape": "The body must look like this: {wanted:code}",
    "body.unknown_property": "There is no property “{name}” here. Fields go into “values”.",
    "body.too_many": "At most {max} {max:record|records} can be made at once, these are {count}.",
    "search.none": "Search is not at work here. Please try again later.",
    "search.too_long": "This question is too long: at most {max} {max:character|characters}.",
    "plan.no_expectation": (
        "Please say with “expect” which configuration this is for: at least {min} characters of the plan’s “base”."
    ),
    "schema.unknown_kind": "There is no schema “{name}”.",
}
"""Everything that is said to programs alone."""
