"""Properties as inputs, and what was sent back as properties of a definition's tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kartoteka.admin.desk import Desk
from kartoteka.admin.properties import LONG, Property
from kartoteka.admin.words import COLOURS, HINTS, ICONS, VALUES
from kartoteka.metadata.locales import LANGUAGES
from kartoteka.metadata.palette import PALETTE
from kartoteka.metadata.problems import Problem, Refused
from kartoteka.metadata.trees import Tree
from kartoteka.platform.web.contexts import Option, Widget
from kartoteka.platform.web.login import LANGUAGE_NAMES
from kartoteka.platform.web.sentences.words import FIELD_TYPES, PROPERTIES
from kartoteka.platform.web.visits import Visit

TICKED = "1"
EXPRESSION = "expression"
"""The kind of widget that is checked while one types; `admin/_inputs.html` draws it."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Draws properties. `values` are those of a tree; what was sent and refused is shown as it was typed."""

    desk: Desk
    values: Tree
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    entity: str = ""
    """What conditions and formulas are about."""

    def widgets(self, properties: Iterable[Property]) -> tuple[Widget, ...]:
        """Return the inputs of properties; a label in the person's language alone (see `in_other_languages`)."""
        return tuple(self._widget(each) for each in properties if each.kind != "choices")

    def in_other_languages(self, properties: Iterable[Property]) -> tuple[Widget, ...]:
        """Return the inputs of labels in the other languages of the product."""
        return tuple(
            self._label(each, language)
            for each in properties
            for language in LANGUAGES
            if each.kind == "label" and language != self.desk.language
        )

    def _widget(self, each: Property) -> Widget:
        match each.kind:
            case "label":
                return self._label(each, self.desk.language)
            case "choice":
                return self._choice(each, [Option(v, self.desk.say(VALUES.get(v, v))) for v in each.values])
            case "special":
                return self._special(each)
        kind = {"boolean": "boolean", "number": "number", "expression": EXPRESSION}.get(each.kind, "text")
        return self._plain(each, kind)

    def _plain(self, each: Property, kind: str) -> Widget:
        return Widget(
            kind=kind,
            name=each.name,
            label=self.label_of(each.name),
            value=self._typed(each.name, self._shown(each)),
            help=self._hint(each.name),
            errors=self.errors.get(each.name, ()),
            required=each.required,
            max_length=each.longest,
            rows=2,
        )

    def label_of(self, name: str) -> str:
        """Return what a property is called."""
        return self.desk.say(PROPERTIES[name]) if name in PROPERTIES else name

    def _hint(self, name: str) -> str:
        return self.desk.say(HINTS[name]) if name in HINTS else ""

    def _typed(self, name: str, shown: str) -> str:
        """Return what was typed where the form is shown again, else what is in force."""
        if self.desk.is_refused and name in self.desk.visit.form:
            return self.desk.visit.texts(name)[-1]
        return shown

    def _shown(self, each: Property) -> str:
        value = self.values.get(each.name, each.default)
        match value:
            case None | False:
                return ""
            case True:
                return TICKED
            case list() | tuple():
                return " ".join(str(item) for item in value)
        if each.kind == "number":
            return self.desk.visit.actor.locale.plain_number(Decimal(str(value)))
        return str(value)

    def _label(self, each: Property, language: str) -> Widget:
        own = language == self.desk.language
        name = label_input(each.name, language)
        label = self.label_of(each.name)
        return Widget(
            kind="long_text" if each.name in LONG else "text",
            name=name,
            label=label if own else f"{label} · {LANGUAGE_NAMES[language]}",
            value=self._typed(name, _in_language(self.values.get(each.name), language, own=own)),
            help=self._hint(each.name) if own else "",
            errors=self.errors.get(each.name, ()) if own else (),
            required=each.required and own,
            rows=2,
        )

    def _choice(self, each: Property, options: list[Option], kind: str = "choice") -> Widget:
        plain = self._plain(each, kind)
        chosen = [
            Option(o.value, o.label, selected=o.value == plain.value, colour=o.colour, hint=o.hint) for o in options
        ]
        return Widget(
            kind=kind, name=each.name, label=plain.label, help=plain.help, errors=plain.errors,
            required=each.required, options=tuple(chosen), value=plain.value,
        )  # fmt: skip

    def _special(self, each: Property) -> Widget:
        match each.name:
            case "colour":
                options = [Option(colour, self.desk.say(COLOURS[colour])) for colour in PALETTE]
                return self._choice(each, options, "colour")
            case "icon":
                known = (*ICONS, *({str(self.values.get("icon", "cards"))} - set(ICONS)))
                return self._choice(each, [Option(icon, icon.replace("-", " ")) for icon in known], "icon")
            case "owner":
                return self._choice(each, [Option("", "–"), *self._user_fields()])
            case "type":
                return self._choice(each, [Option(n, self.desk.say(w.name)) for n, w in FIELD_TYPES.items()])
        entities = sorted((e.names(self.desk.language), e.key) for e in self.desk.catalog.entities.values())
        return self._choice(each, [Option("", "–"), *(Option(key, label) for label, key in entities)])

    def _user_fields(self) -> Iterator[Option]:
        for each in self.desk.catalog.fields(self.entity).values():
            if each.type.links_to == "user":
                yield Option(each.key, each.title(self.desk.language))


def label_input(name: str, language: str) -> str:
    """Return the name of the input of a label in a language."""
    return f"{name}__{language}"


def _in_language(label: Any, language: str, *, own: bool) -> str:
    """Return a label as its input shows it: one for everybody stands in the person's own language."""
    if isinstance(label, dict):
        return str(label.get(language, ""))
    return label if isinstance(label, str) and own else ""


def read_into(tree: Tree, visit: Visit, properties: Iterable[Property]) -> None:
    """Write the properties that a form sent into a tree. Raises Refused with everything that can't be read.

    What the form did not render stays as it was.
    """
    problems: list[Problem] = []
    for each in properties:
        try:
            sent = _sent(visit, each, tree.get(each.name))
        except _NotReadable as error:
            problems.append(Problem(error.code, {"text": visit.text(each.name)[:60]}, pointer=f"/{each.name}"))
            continue
        if sent is _ABSENT:
            continue
        if sent is None and each.required:
            problems.append(Problem("required", {}, pointer=f"/{each.name}"))
        elif sent is None:
            tree.pop(each.name, None)
        else:
            tree[each.name] = sent
    if problems:
        raise Refused(problems)


_ABSENT: Any = object()


class _NotReadable(Exception):
    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _sent(visit: Visit, each: Property, old: Any) -> Any:
    """Return the value that was sent, None for nothing."""
    if each.kind == "label":
        return read_label(visit, each.name, old)
    if each.kind == "choices" or each.name not in visit.form:
        return _ABSENT
    text = visit.texts(each.name)[-1].strip()
    if each.kind == "boolean":
        ticked = text == TICKED
        return None if ticked == bool(each.default) else ticked
    return _read(visit, each, text) if text else None


def _read(visit: Visit, each: Property, text: str) -> Any:
    match each.kind:
        case "number":
            return _number(visit, text, whole=each.whole)
        case "words":
            return text.replace(",", " ").split()
    return text


def _number(visit: Visit, text: str, *, whole: bool) -> int | str:
    try:
        number = visit.actor.locale.parse_number(text)
    except ValueError:
        raise _NotReadable("number.not_a_number") from None
    if whole and number != number.to_integral_value():
        raise _NotReadable("integer.fraction")
    return int(number) if whole else format(number, "f")


def read_label(visit: Visit, name: str, old: Any) -> Any:
    """Return a label as sent: one text for everybody where only one language has it; other languages stay."""
    inputs = {language: label_input(name, language) for language in LANGUAGES}
    sent = {language: visit.text(each).strip() for language, each in inputs.items() if each in visit.form}
    if not sent:
        return _ABSENT
    if not isinstance(old, dict) and not any(text for language, text in sent.items() if language != visit.language):
        return sent.get(visit.language) or None
    before = old if isinstance(old, dict) else {}
    texts = {language: text for language, text in {**before, **sent}.items() if text}
    return texts or None
