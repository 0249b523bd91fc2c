"""Words of the studio: hints beside properties, colours, what Literal values are called."""

from __future__ import annotations

from kartoteka.platform.web.errors import N_

HINTS = {
    "help": N_("A sentence under the input."),
    "required": N_("A new card must have a value. Existing cards without one are marked “to complete”."),
    "unique": N_("No two cards have the same value."),
    "default": N_("A formula for the value of a new card, such as TODAY() or \"new\"."),
    "pattern": N_("A regular expression that the whole text must match."),
    "expression": N_("Calculated from other fields: amount * (1 - discount / 100)."),
    "title": N_("What a card is called; a formula such as CONCAT(last_name, \" \", first_name)."),
    "filter": N_("Only cards that meet this are shown, such as stage = \"won\"."),
    "condition": N_("Only cards that meet this, such as owner = ME()."),
    "currency": N_("Three letters: EUR, USD, PLN."),
    "region": N_("Country of numbers without a country code, in two letters: GB, PL."),
    "unit": N_("Shown behind the number: kg, pieces."),
    "prefix": N_("What stands before the digits: D-."),
    "accept": N_("Such as application/pdf image/*; nothing for every kind."),
    "max_size": N_("In bytes."),
    "owner": N_("The field that says whose card it is. Rights to “own” cards go by it."),
    "subtitle": N_("What tells namesakes apart where a card is picked."),
    "position": N_("Lists with smaller numbers stand first; the first one opens."),
    "key": N_("Made from the label. It stays when the label changes."),
}  # fmt: skip
"""By property."""

COLOURS = {
    "slate": N_("Slate"), "stone": N_("Stone"), "red": N_("Red"), "orange": N_("Orange"), "amber": N_("Amber"),
    "olive": N_("Olive"), "lime": N_("Lime"), "green": N_("Green"), "teal": N_("Teal"), "cyan": N_("Cyan"),
    "sky": N_("Sky blue"), "blue": N_("Blue"), "indigo": N_("Indigo"), "violet": N_("Violet"), "plum": N_("Plum"),
    "pink": N_("Pink"),
}  # fmt: skip

VALUES = {
    "none": N_("none"), "own": N_("own"), "all": N_("all"), "hide": N_("hidden"), "read": N_("read only"),
    "edit": N_("change"), "text": N_("Text"), "number": N_("Number"), "boolean": N_("Yes or no"),
    "date": N_("Date"), "datetime": N_("Date and time"), "half": N_("half a row"), "full": N_("a whole row"),
}  # fmt: skip
"""What the values of properties are called that have a few fixed ones."""

ICONS = (
    "cards", "address-book", "user", "users", "building", "building-store", "home", "briefcase", "phone", "mail",
    "messages", "calendar", "clock", "checkbox", "clipboard-list", "list-check", "note", "file-text", "folder",
    "receipt", "cash", "coin", "credit-card", "certificate", "scale", "shield", "key", "tool", "settings", "bolt",
    "package", "box", "tag", "ticket", "shopping-cart", "truck", "car", "plane", "ship", "map-pin", "world", "flag",
    "target", "rocket", "bulb", "star", "heart", "gift", "school", "stethoscope", "leaf", "paw", "camera", "music",
    "printer", "server", "device-mobile", "headset", "speakerphone", "hourglass",
)  # fmt: skip
"""What the picker of icons offers; the sprite has them all."""
