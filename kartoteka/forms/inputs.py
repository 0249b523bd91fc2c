"""What a form sent, as values: only the fields that it rendered, each read by its type, all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile

from kartoteka.forms.picking import find_by_text
from kartoteka.forms.widgets import TICKED, Shown
from kartoteka.metadata.definitions import Field
from kartoteka.metadata.fieldtypes.base import InvalidValue
from kartoteka.metadata.problems import Problem
from kartoteka.platform import files
from kartoteka.platform.actors import Actor
from kartoteka.platform.query import Query, fetch
from kartoteka.platform.units import Unit
from kartoteka.platform.web.visits import Visit

LINKS = frozenset({"link", "user"})
FILES = frozenset({"file", "image"})
Sent = dict[str, list[str]]
"""What a form sent, by name."""


@dataclass
class Input:
    """Values by field, the problems of those that could not be read, and what was typed, to be shown again."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    shown: dict[str, Shown] = field(default_factory=dict)


def read_form(unit: Unit, visit: Visit, entity: str, old: Mapping[str, Any]) -> Input:
    """Read the fields that the form says it rendered; names from an earlier catalog are understood.

    `old` are the record's values before: what nobody touched stays exactly as it was.
    """
    found = Input()
    sent = _sent(visit.form)
    fields = unit.model.catalog.fields(entity)
    for name in visit.text("rendered").split():
        known = fields.get(name) or unit.model.catalog.field_named(entity, name)
        if known is None:
            if visit.text(name):
                found.problems.append(Problem("field.unknown", {"name": name}, field=name))
        elif not known.type.computed:
            _read(unit, visit, sent, known, name, old.get(known.key), found)
    return found


def _sent(form: FormData) -> Sent:
    """Return the form's texts by name: looking through it for each field would take hundreds of fields squared."""
    found: Sent = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


def _read(unit: Unit, visit: Visit, sent: Sent, known: Field, name: str, old: Any, found: Input) -> None:
    try:
        if known.type.widget in FILES:
            found.values[known.key] = _file(unit, visit, known, name, old)
            return
        texts, title = sent.get(name, []), ""
        if known.type.widget in LINKS:
            title = visit.text(f"{name}__text")
            texts = _link_texts(unit, visit, known, name, texts)
        else:
            texts = _texts(visit, known, texts, old)
        found.shown[known.key] = Shown(tuple(texts), title, title)
        found.values[known.key] = known.type.parse_over(old, texts, visit.actor.locale)
    except InvalidValue as error:
        found.problems.append(error.problem.at(field=known.key))


def _texts(visit: Visit, known: Field, texts: list[str], old: Any) -> list[str]:
    if known.type.widget == "boolean":
        return ["true" if TICKED in texts else "false"]
    if known.type.widget == "money" and old is not None:
        return [*texts[:1], *known.type.edit(old, visit.actor.locale)[1:]]
    return texts


def _link_texts(unit: Unit, visit: Visit, known: Field, name: str, texts: list[str]) -> list[str]:
    """The id holds while its title stands in the input; another text is looked up, none empties the field."""
    text, title = visit.text(f"{name}__text").strip(), visit.text(f"{name}__title").strip()
    if f"{name}__text" not in visit.form or (text and text == title):
        return texts
    if not text:
        return []
    assert known.type.links_to is not None
    return [str(find_by_text(unit, visit.actor, known.type.links_to, text))]


def _file(unit: Unit, visit: Visit, known: Field, name: str, old: Any) -> Any:
    upload = visit.form.get(name)
    if isinstance(upload, UploadFile) and upload.filename:
        for problem in known.type.upload_problems(upload.content_type or "", upload.size or 0):
            raise InvalidValue(problem.code, **problem.params)
        return files.keep(
            unit, visit.actor, visit.runtime.files, upload.filename, upload.content_type or "", upload.file
        )
    return None if visit.texts(f"{name}__remove") else old


def titles_of(unit: Unit, actor: Actor, target: str, ids: Iterable[int]) -> dict[int, str]:
    """Return the titles of records that the actor may see."""
    wanted = tuple(ids)
    if not wanted or not unit.model.access.rights(actor, target).may("read"):
        return {}
    return {row.id: row.title for row in fetch(unit, actor, Query(target, ids=wanted, limit=len(wanted))).rows}
