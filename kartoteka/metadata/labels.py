"""Labels: what people read, in one language or in several."""

from __future__ import annotations

Label = str | dict[str, str]
"""A text for everybody, or a text by language: `{"en": "Client", "ru": "Клиент"}`."""


def label_in(label: Label | None, language: str, fallback: str = "") -> str:
    """Return the label in `language`, else in English, else in any language, else `fallback`."""
    if label is None:
        return fallback
    if isinstance(label, str):
        return label
    return label.get(language) or label.get("en") or next((text for text in label.values() if text), fallback)


def title_from_key(key: str) -> str:
    """Return a readable label for something that has none: `billing_city` -> `Billing city`."""
    return key.removeprefix("x_").replace("_", " ").strip().capitalize() or key
