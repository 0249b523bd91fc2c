"""What formulas tell of hidden fields.

A formula is the system's own: who may see it sees what comes of it, also of fields that a role hides. That is wanted (a
risk class that shows no figures) or a mistake (a profit that gives the margin away), so it is told wherever rights or
formulas are decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kartoteka.metadata.catalog import Catalog
from kartoteka.metadata.changes import AddEntity, AddField, Change, ChangeField, PutDefinition, RestoreField
from kartoteka.metadata.formulas import Place, fields_of_formulas
from kartoteka.metadata.labels import title_from_key
from kartoteka.metadata.paths import Resolved
from kartoteka.metadata.problems import Message
from kartoteka.platform.access import AccessBook


@dataclass(frozen=True, slots=True)
class Disclosure:
    """People of a role see a formula, and by it something of a field that they can't see."""

    role: str
    formula: Place
    hidden: Place

    def describe(self, catalog: Catalog) -> Message:
        """Say it, by the labels of a catalog."""
        role = catalog.roles[self.role].label or title_from_key(self.role)
        labels = {"formula": _label(catalog, self.formula), "hidden": _label(catalog, self.hidden)}
        return Message("effect.formula_discloses", {"role": role, **labels})


def _label(catalog: Catalog, place: Place) -> Any:
    field = catalog.field(*place)
    return field.label if field and field.label else title_from_key(place[1])


def disclosures(catalog: Catalog) -> Iterator[Disclosure]:
    """Yield what formulas tell of hidden fields, role by role; administrators see everything anyway."""
    book, formulas = AccessBook(catalog), fields_of_formulas(catalog)
    for role in catalog.roles.values():
        if not role.administrator:
            for place, fields in formulas.items():
                yield from _of_formula(book, role.key, place, fields)


def _of_formula(book: AccessBook, role: str, formula: Place, fields: tuple[Resolved, ...]) -> Iterator[Disclosure]:
    if _sees(book, role, formula):
        ends = dict.fromkeys((each.entity, each.key) for each in fields if each.field is not None)
        yield from (Disclosure(role, formula, end) for end in ends if not _sees(book, role, end))


def _sees(book: AccessBook, role: str, place: Place) -> bool:
    """Tell whether there are cards in which people of the role see the field."""
    rights = book.rights_of_role(role, place[0])
    return rights.may("read") and rights.sees(place[1])


def new_disclosures(before: Catalog, after: Catalog, name_now: Callable[[Place], Place]) -> list[Disclosure]:
    """Return those that come with another catalog; `name_now` gives the names in `before` of what is renamed."""
    known = set(disclosures(before))
    found = disclosures(after)
    return [e for e in found if Disclosure(e.role, name_now(e.formula), name_now(e.hidden)) not in known]


def brings_about(change: Change, each: Disclosure) -> bool:
    """Tell whether a change is one that lets a formula tell of a hidden field."""
    match change:
        case PutDefinition():
            return change.identity.kind == "role" and change.identity.key == each.role
        case ChangeField():
            return (change.entity, change.after["key"]) in (each.formula, each.hidden)
        case AddField() | RestoreField():
            return (change.entity, change.field["key"]) in (each.formula, each.hidden)
        case AddEntity():
            return bool(change.tree["key"] in (each.formula[0], each.hidden[0]))
    return False
