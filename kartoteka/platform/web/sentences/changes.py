"""Sentences about the configuration: what a publish would change, what that means for the data, what forbids it."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.conversions import CONVERSIONS
from kartoteka.platform.web.sentences.gaps import Sentence

CARD_TYPES: Final[dict[str, Sentence]] = {
    "change.add_entity": "New card type “{label}” with {count} {count:field|fields}.",
    "change.restore_entity": "Card type “{label}” comes back with its cards.",
    "change.retire_entity": "Card type “{label}” is retired.",
    "change.change_entity": ("Card type “{label}” changes: {properties:property}.", "Card type “{label}” changes."),
    "change.rename_entity": "Card type “{label}” is called “{to}” instead of “{from}” in formulas and addresses.",
    "change.purge_entity": "The cards of the retired card type “{label}” are deleted for good, with their history.",
    "change.order_fields": "The fields of “{entity:card_type}” get another order.",
}

FIELDS: Final[dict[str, Sentence]] = {
    "change.add_field": "New field “{label}” ({type:type}) in “{entity:card_type}”.",
    "change.restore_field": "Field “{label}” of “{entity:card_type}” comes back with its values.",
    "change.retire_field": "Field “{label}” of “{entity:card_type}” is retired.",
    "change.purge_field": (
        "The values of the retired field “{label}” of “{entity:card_type}” are deleted for good, in the history too."
    ),
    "change.rename_field": (
        "Field “{from}” of “{entity:card_type}” is called “{to}” from now on, in formulas and addresses."
    ),
    "change.change_field": (
        "Field “{label}” of “{entity:card_type}” changes: {properties:property}.",
        "Field “{label}” of “{entity:card_type}” changes.",
    ),
    "change.change_type": (
        "Field “{label}” of “{entity:card_type}” gets another type: “{to:type}” instead of “{from:type}”."
    ),
    "change.change_values": "Field “{label}” of “{entity:card_type}” gets other options, and its values follow.",
}

LAYOUTS: Final[dict[str, Sentence]] = {
    "change.add_list": "New list “{label}” for “{entity:card_type}”.",
    "change.change_list": (
        "List “{label}” of “{entity:card_type}” changes: {properties:property}.",
        "List “{label}” of “{entity:card_type}” changes.",
    ),
    "change.remove_list": "List “{label}” of “{entity:card_type}” is removed.",
    "change.rename_list": (
        "List “{label}” of “{entity:card_type}” is called “{to}” instead of “{from}” in addresses. "
        "The old ones still lead to it."
    ),
    "change.add_form": "New form “{label}” for “{entity:card_type}”.",
    "change.change_form": (
        "Form “{label}” of “{entity:card_type}” changes: {properties:property}.",
        "Form “{label}” of “{entity:card_type}” changes.",
    ),
    "change.remove_form": "Form “{label}” of “{entity:card_type}” is removed.",
    "change.add_card": "New layout “{label}” for cards of “{entity:card_type}”.",
    "change.change_card": (
        "Layout “{label}” of cards of “{entity:card_type}” changes: {properties:property}.",
        "Layout “{label}” of cards of “{entity:card_type}” changes.",
    ),
    "change.remove_card": "Layout “{label}” of cards of “{entity:card_type}” is removed.",
}

OTHERS: Final[dict[str, Sentence]] = {
    "change.add_report": "New report “{label}”.",
    "change.change_report": ("Report “{label}” changes: {properties:property}.", "Report “{label}” changes."),
    "change.remove_report": "Report “{label}” is removed.",
    "change.rename_report": (
        "Report “{label}” is called “{to}” instead of “{from}” in addresses. The old ones still lead to it."
    ),
    "change.add_role": "New role “{label}”.",
    "change.change_role": ("Role “{label}” changes: {properties:property}.", "Role “{label}” changes."),
    "change.remove_role": "Role “{label}” is removed. Who has no other role can't work any more.",
    "change.add_menu": "New menu “{label}”.",
    "change.change_menu": ("Menu “{label}” changes: {properties:property}.", "Menu “{label}” changes."),
    "change.remove_menu": "Menu “{label}” is removed.",
}

EFFECTS: Final[dict[str, Sentence]] = {
    "effect.records_out_of_sight": (
        "{count} {count:card goes|cards go} out of sight. Nothing is deleted: undo brings {count:it|them} back."
    ),
    "effect.values_out_of_sight": (
        "{count} {count:value goes|values go} out of sight. Nothing is deleted: undo brings {count:it|them} back."
    ),
    "effect.starts_empty": "Its data were deleted for good: it comes back empty.",
    "effect.records_to_complete": (
        "{count} {count:card has|cards have} no value here yet and {count:is|are} marked “to complete”."
    ),
    "effect.values_clean": "{count} {count:value is|values are} converted whole.",
    "effect.values_mapped": "{count} {count:value becomes|values become} what was said.",
    "effect.records_made": ("{count} {count:card is|cards are} made in “{to:card_type}” for links to lead to."),
    "effect.values_lossy": (
        "{count} {count:value loses|values lose} something, such as a fraction. Undo brings {count:it|them} back whole."
    ),
    "effect.values_left_empty": (
        "{count} {count:value|values} can't be converted and {count:is|are} left empty. "
        "Undo brings {count:it|them} back."
    ),
    "effect.values_restored": "{count} {count:value comes|values come} back as {count:it was|they were}.",
    "effect.edits_converted_back": (
        "{count} {count:value was|values were} edited since: {count:it is|they are} kept and converted back."
    ),
    "effect.edits_lost": (
        "{count} {count:value was|values were} edited since and can't be converted back: the old {count:one|ones} "
        "will be there again. The history keeps what was edited."
    ),
    "effect.formula_discloses": (
        "{role} can't see “{hidden}”, but the formula “{formula}” shows what is computed from it."
    ),
    "effect.in_background": (
        "About {count} cards are gone through beside everybody's work; that takes some {minutes} "
        "{minutes:minute|minutes}. It can be cancelled until it is done."
    ),
    "effect.writers_wait": (
        "While an index is made whoever saves waits, for about {count} {count:second|seconds}. Reading goes on."
    ),
    "effect.everybody_waits": (
        "Links to a card type that is new in the same publish are made while whoever saves waits, for about {count} "
        "{count:second|seconds}. Publish the card type by itself first, and nobody waits."
    ),
    "effect.values_do_not_fit": (
        "{count} {count:value does|values do} not fit the new settings. Nothing changes until somebody edits the field."
    ),
}

PLANS: Final[dict[str, Sentence]] = {
    "plan.no_conversion": (
        (
            "{count} {count:card leads|cards lead} to “{was:card_type}” here, and can't lead to “{other:card_type}” "
            "instead. Please retire this link first, or empty it."
        ),
        (
            "{count} {count:card has|cards have} a value here, and “{from:type}” can't become “{to:type}”. "
            "Please add a new field for the new values, or go by way of a text."
        ),
    ),
    "plan.values_fail": (
        "{count} {count:value|values} can't be converted. Please say what {count:it means|they mean}, or that "
        "{count:it|they} may be left empty."
    ),
    "plan.values_lossy": ("{count} {count:value|values} would lose something. Please say that {count:it|they} may."),
    "plan.values_changed": (
        "Somebody has written values meanwhile that would be lost too. Please look at what will change once more."
    ),
    "plan.not_unique": (
        "{count} {count:value is|values are} used by more than one card. Please change those cards first."
    ),
    "plan.stale": "Somebody has published meanwhile. Please look at what will change once more.",
    "plan.confirm": "Please tick that you have seen what goes out of sight.",
    "plan.under_way": (
        "{actor} is publishing something that takes a while. Please wait until it is done, or cancel it."
    ),
    "plan_file.shape": "This is no plan that was saved here, or somebody has changed it: {reason}. Please plan again.",
    "preparation.unknown": "There is no such publish.",
    "preparation.over": "This publish is over already.",
    "plan.table_busy": "Somebody has been reading these cards for a long time. Nothing was changed; please try again.",
    "retire.no_replacement": (
        "“{name}” can't stand in its place. Please choose a field that holds the same kind of value."
    ),
    "restore.taken": "Something else is called “{name}” now. Please give that another name first.",
    "purge.in_use": "“{name}” is in use. Please retire it first.",
    "purge.unknown": "Nothing of the name “{name}” is retired, or it has been deleted for good already.",
    "purge.not_typed": "Please type “{name}” to delete it for good.",
    "undo.purged": "This deleted data for good. It can't be undone.",
    "retire.needed": "Something else can't do without this. Please change what is marked first.",
    "draft.collides": (
        "Somebody has published changes to the same things: {count} {count:change of yours collides|changes of yours "
        "collide}. Please decide which ones to keep."
    ),
}

UPGRADES: Final[dict[str, Sentence]] = {
    "upgrade.changed": "The package has changed this, and so have you.",
    "upgrade.removed": "The package has taken this out, and you have made it your own.",
    "upgrade.removed_here": "You have taken this out, and the package has changed it.",
    "upgrade.added": "Both the package and you have added this.",
    "upgrade.order": "The package has put this in another order, and so have you.",
    "upgrade.locked": "You have changed this, and the package allows that no longer.",
    "upgrade.needs": (
        "You use {needs:code} here, which the package has taken out or changed.",
        "This is yours, and it does not fit what the package brings.",
    ),
    "upgrade.needed": "The package uses {needs:code} here, which you have taken out or changed.",
    "upgrade.places": "Both the package and you show this field, in different places.",
    "upgrade.keep": "Yours stays.",
    "upgrade.take": "The package's is taken.",
    "upgrade.keep_again": "Yours stays, as decided at an earlier upgrade.",
    "upgrade.take_again": "The package's is taken, as decided at an earlier upgrade.",
    "upgrade.nobody": "Please decide.",
    "upgrade.undecided": "The package meets your own changes here. Please decide: {choices:or}.",
    "upgrade.unreadable": "These decisions can't be read: {reason}",
}

CHANGES: Final[dict[str, Sentence]] = CARD_TYPES | FIELDS | LAYOUTS | OTHERS | EFFECTS | PLANS | UPGRADES | CONVERSIONS
"""Everything that plans, publishing and the journal say."""
