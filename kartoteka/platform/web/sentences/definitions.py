"""Sentences about definitions and packages: what does not fit together in the configuration."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

NAMES: Final[dict[str, Sentence]] = {
    "unknown.entity": "There is no card type “{name}”. Please choose another one.",
    "unknown.field": (
        "Card type “{entity:card_type}” has no field “{name}” that fits here. Please choose another one.",
        "There is no field “{name}” that fits here. Please choose another one.",
    ),
    "unknown.report": "There is no report “{name}”. Please choose another one.",
    "unknown.measure": "The report has no figure “{name}”. Please choose another one for the chart.",
    "entity.duplicate": "Another card type is or was called “{name}”. Please choose another name.",
    "entity.too_many_fields": "A card type can have at most {max} {max:field|fields}.",
    "entity.too_many_columns": "The fields of a card type take at most {max} columns. Please remove some fields.",
    "entity.owner_is_no_user": "“{name}” can't say whose card it is. Please choose a field of the type “Person”.",
    "list.duplicate": "Another list of this card type is or was called “{name}”. Please choose another name.",
    "report.duplicate": "Another report is or was called “{name}”. Please choose another name.",
    "rename.no_key": "“{name}” can't be a name here. Please use small letters, digits and underscores, a letter first.",
    "rename.same_key": "It is called “{name}” already. Please type another name.",
    "rename.taken": "Something else is or was called “{name}”. Please type another name.",
    "field.duplicate": "Another field is or was called “{name}”. Please choose another name.",
    "field.reserved": "Every card has a field “{name}” of its own. Please choose another name.",
    "field.reserved_word": "“{name}” means something else in formulas. Please choose another name.",
}

FIELDS: Final[dict[str, Sentence]] = {
    "field.cannot_be_unique": "Fields of the type “{type:type}” can't be told to be unique. Please switch that off.",
    "field.too_long_to_be_unique": (
        "Only texts of at most {max} {max:character|characters} can be told to be unique. Please set a smaller length."
    ),
    "field.locked": "The package has locked the field “{name}” of “{entity:card_type}”. Please leave it as it was.",
    "formula.cycle": "The formula of “{name}” needs its own result: {way}. Please take one of these steps out.",
    "field.computed_is_never_required": "This field is filled in by itself. Please switch “Required” off.",
    "field.computed_has_no_default": "This field is filled in by itself. Please take its default out.",
    "field.default_out_of_reach": (
        "A default can't use “{name:code}”: it is not known yet while a new card is filled in. "
        "Please use only fields of this card type that people fill in."
    ),
    "field.not_sortable": "Lists can't be sorted by “{name}”. Please choose another field.",
    "choice.no_options": "Please add at least one choice.",
    "choice.duplicate": "The choice “{key}” is there more than once. Please give each its own name.",
    "number.empty_range": "No number is between {min:number} and {max:number}. Please check both limits.",
    "phone.unknown_region": "There is no country “{region}”. Please use two letters, such as GB or PL.",
    "auto_number.prefix": "“{prefix}” can't stand before a number. Please use visible characters, no space first.",
    "pattern.broken": "The pattern “{pattern}” can't be read. Please check its brackets: {reason}",
    "pattern.nested": "The pattern “{pattern}” repeats a repetition and could take for ever. Please simplify it.",
}

LAYOUTS: Final[dict[str, Sentence]] = {
    "form.duplicate": "Field “{name}” is on this form more than once. Please remove one of them.",
    "card.no_such_link": (
        "Field “{name}” of “{entity:card_type}” does not link to “{target:card_type}”. Please choose a field that does."
    ),
    "report.measure_needs_a_field": "Please choose a field for the figure “{name}”.",
    "report.not_groupable": "Reports can't be grouped by “{name}”. Please choose another field.",
    "report.not_a_number": "“{name}” is not a number and can't be added up. Please choose another field.",
    "report.not_comparable": "“{name}” has no smallest or largest value. Please choose a number or a date.",
    "report.unknown_period": "There is no period of that name. Please choose one from the list.",
    "report.unknown": "There is no such report, or you may not see what it counts.",
    "report.not_a_date": "“{name}” is not a date, so it can't be grouped by {by:period}. Please choose another field.",
    "role.star_has_no_conditions": (
        "A right for all card types can't have a condition or rights for single fields. Please name the card types."
    ),
    "role.nobody_owns": (
        "Nothing says whose cards of “{entity:card_type}” are. Please choose the field for the owner, or all cards."
    ),
    "menu.one_target": "The menu entry “{name}” must lead to a card type or to a report, and not to both.",
}

PACKAGES: Final[dict[str, Sentence]] = {
    "package.missing": "There is no package at {path}. Please check the name.",
    "package.no_manifest": "A package needs a file {file} that says what it is. Please add it.",
    "package.unknown_file": "Nothing in a package is called {path}. Please move, rename or remove the file.",
    "package.misplaced": "By its file's name, “{property}” should be “{expected}” here. Please change one of them.",
    "package.not_json": "This file can't be read as JSON: {reason}",
    "package.broken_zip": "{path} can't be opened: {reason}",
    "package.path_leads_out": "The file {path} would lie outside the package. Please build the package anew.",
    "package.file_too_large": "This file is too big for a package: at most {max:size} fit.",
    "package.too_large": "This package is too big: at most {max:size} fit.",
    "package.too_many_files": "This package has too many files: at most {max} {max:file fits|files fit}.",
    "package.reserved_key": "No package can be called “{key}”. Please choose another name.",
    "package.choose": "Please choose the .zip file of a package.",
    "package.newer_format": (
        "This was made for a newer version of Kartoteka (format {found:plain}, this one reads {known:plain}). "
        "Please install the newer version first."
    ),
    "package.downgrade": (
        "“{key}” {found} is installed, which is newer than {version}. An older version can't take back what a newer "
        "one brought: please undo that publish instead."
    ),
    "package.not_installed": (
        "There is no package “{key}” here. Please use one of these: {known:or}.",
        "There is no package “{key}” here.",
    ),
    "package.required_by": "“{key}” is needed by {packages}. Please uninstall that first.",
    "package.requires": (
        "This package needs “{package}” {version} or newer, and there is {found}. Please apply that one first.",
        "This package needs “{package}” {version} or newer. Please apply that one first.",
    ),
}

SHAPES: Final[dict[str, Sentence]] = {
    "schema.unknown_property": "There is no property “{property}” here. Please check the spelling or remove it.",
    "schema.missing_property": (
        "Something is missing here: {properties:code}. Please add it.",
        "Something is missing here. Please add it.",
    ),
    "schema.unreadable": "This definition can't be read: {detail}",
    "schema.type": (
        "Here should be {limit:json}, not {value}.",
        "Here should be {limit:json}.",
        "Something else is needed here.",
    ),
    "schema.enum": (
        "{value} is not possible here. Please use one of these: {limit:or}.",
        "Please use one of these: {limit:or}.",
        "This value is not possible here.",
    ),
    "schema.const": (
        "Here can only be {limit}, not {value}.",
        "Here can only be {limit}.",
        "This value is not possible here.",
    ),
    "schema.format": (
        "{value} does not have the form “{limit}”.",
        "This does not have the expected form. Please check it.",
    ),
    "schema.pattern": (
        "{value} does not have the expected form: {limit}",
        "This does not have the expected form. Please check it.",
    ),
    "schema.minimum": ("Please use {limit:number} or more.", "This number is too small."),
    "schema.maximum": ("Please use {limit:number} or less.", "This number is too big."),
    "schema.minLength": (
        "Please use at least {limit} {limit:character|characters}.",
        "This text is too short.",
    ),
    "schema.maxLength": (
        "This text is too long: at most {limit} {limit:character fits|characters fit}.",
        "This text is too long.",
    ),
    "schema.anyOf": ("{value} is of none of the kinds that fit here.", "This is of none of the kinds that fit here."),
}
"""What JSON Schema finds wrong with the shape of a definition, by the keyword that found it."""

DEFINITIONS: Final[dict[str, Sentence]] = NAMES | FIELDS | LAYOUTS | PACKAGES | SHAPES
"""Everything that is said of definitions and packages."""
