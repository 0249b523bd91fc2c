"""Sentences about what collides: in an undo, and in a draft with what others published."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

THINGS: Final[dict[str, Sentence]] = {
    "collision.entity": "Card type “{entity:card_type}”",
    "collision.field": "Field “{field:field}” of “{entity:card_type}”",
    "collision.list": "List “{label}” of “{entity:card_type}”",
    "collision.form": "Form “{label}” of “{entity:card_type}”",
    "collision.card": "Layout “{label}” of cards of “{entity:card_type}”",
    "collision.report": "Report “{label}”",
    "collision.role": "Role “{label}”",
    "collision.menu": "Menu “{label}”",
    "collision.package": "Package “{label}”",
    "collision.property": ("{property:property}, {part}", "{property:property}"),
    "collision.order": ("{property:property}: their order", "the order"),
    "collision.whole": "as a whole",
}

SIDES: Final[dict[str, Sentence]] = {
    "collision.undo": (
        "Now “{mine}”, set by {who} in No. {number:plain}; taken back it would be “{theirs}”.",
        "Now “{mine}”, set by {who} in No. {number:plain}; taken back it would be gone.",
        "Removed by {who} in No. {number:plain}; taken back it would be “{theirs}”.",
        "Now “{mine}”; taken back it would be “{theirs}”.",
        "Now “{mine}”; taken back it would be gone.",
        "Removed since; taken back it would be “{theirs}”.",
        "It has been changed since.",
    ),
    "undo.collides": (
        "No. {number:plain} can't be taken back at once: others have changed {count} "
        "{count:of its properties|of its properties} again since. Please decide about each."
    ),
    "undo.done": "No. {number:plain} is taken back already, by No. {by:plain}.",
    "undo.nothing": "Nothing of No. {number:plain} is left to take back.",
    "draft.base_gone": "The journal no longer knows what this draft began with. Please discard it and begin anew.",
    "draft.unknown": "This draft is published or discarded by now. Please look at the list again.",
    "draft.name_taken": "You have a draft called “{name}” already. Please choose another name.",
    "draft.too_many": "You have {most} drafts, and more can't be kept. Please publish or discard some of them.",
    "journal.unknown": "The journal has no publish No. {number:plain}.",
    "journal.nothing_to_undo": "There is nothing to undo.",
}

COLLISIONS: Final[dict[str, Sentence]] = THINGS | SIDES
"""Everything that is said of what collides."""
