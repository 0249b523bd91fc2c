"""The objects of the Nonprofit Success Pack for which there are rows, as a package and as CSV files.

A table's own columns decide; what `npsp_fields.json` knows of a column gives its type. Rows keep their number as ref,
links name refs, and numbers are parts of their object's name, so that no two objects share one.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.keys import is_free_for_field
from kartoteka.metadata.packages import Package

LINKS = {
    "account_id": "account",
    "contact_id": "contact",
    "campaign_id": "campaign",
    "opportunity_id": "opportunity",
    "npe03__recurring_donation__c": "recurring_donation",
    "npe01__opportunity__c": "opportunity",
    "npe03__contact__c": "contact",
    "npe4__contact__c": "contact",
    "npe4__related_contact__c": "contact",
    "RecordTypeId": "account_rt_mapping",
}
"""Links of standard objects, whose fields the metadata leaves out."""

TYPES: Mapping[str, dict[str, Any]] = {
    "amount": {"type": "money", "currency": "USD"},
    "npe01__Payment_Amount__c": {"type": "money", "currency": "USD"},
    "npe03__Amount__c": {"type": "money", "currency": "USD"},
    "close_date": {"type": "date"},
    "npe01__Payment_Date__c": {"type": "date"},
    "npe01__Scheduled_Date__c": {"type": "date"},
    "npe03__Date_Established__c": {"type": "date"},
    "npe03__Last_Payment_Date__c": {"type": "date"},
    "npe03__Next_Payment_Date__c": {"type": "date"},
    "dont_create_payments": {"type": "boolean"},
    "IsPrimary": {"type": "boolean"},
    "npe01__Paid__c": {"type": "boolean"},
    "npe01__Written_Off__c": {"type": "boolean"},
    "Email": {"type": "email"},
    "Phone": {"type": "phone"},
}
KINDS: Mapping[str, dict[str, Any]] = {
    "Currency": {"type": "money", "currency": "USD"},
    "Percent": {"type": "percent", "scale": 6},
    "Number": {"type": "integer"},
    "Date": {"type": "date"},
}


class Npsp:
    """The tables, read into SQLite, and what becomes of them."""

    def __init__(self, folder: Path) -> None:
        self.rows = sqlite3.connect(":memory:")
        self.rows.executescript((folder / "npsp_1k_test_data.sql").read_text(encoding="utf-8"))
        self._fields = json.loads((folder / "npsp_fields.json").read_text(encoding="utf-8"))
        names = self.rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        self.tables = {key_of(name): name for (name,) in names}
        self.entities = {key: self._entity(key, table) for key, table in self.tables.items()}

    def package(self) -> Package:
        """Return the definitions."""
        trees = {
            Identity("entity", "", key): {"key": key, "label": self.tables[key], "fields": [*fields.values()]}
            for key, fields in self.entities.items()
        }
        return Package(Manifest(format=1, key="npsp", version="3.0.0"), trees, self._files())

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        return [row[1] for row in self.rows.execute(f'PRAGMA table_info("{table}")')]

    def _entity(self, key: str, table: str) -> dict[str, dict[str, Any]]:
        """Return an entity's fields by the column that they hold."""
        known = {field["fullName"].lower(): field for field in self._fields.get(table, ())}
        fields: dict[str, dict[str, Any]] = {}
        for column in self.columns(table)[1:]:
            told = known.get(column.lower())
            name = free_key(key_of(column))
            label = {"label": told["label"]} if told and told.get("label") else {}
            fields[column] = {"key": name, **label, **self._type(table, column, told)}
        return fields

    def _type(self, table: str, column: str, told: Mapping[str, Any] | None) -> dict[str, Any]:
        if column in LINKS:
            return {"type": "link", "target": LINKS[column]}
        if told and told["type"] in ("Lookup", "MasterDetail"):
            return {"type": "link", "target": key_of(told["referenceTo"])}
        if told and told["type"] in KINDS:
            return KINDS[told["type"]]
        if told and told["type"] == "Picklist":
            return self._choice(table, column)
        return TYPES.get(column, {"type": "text"})

    def _choice(self, table: str, column: str) -> dict[str, Any]:
        """Return a choice of what there is: the picklists themselves are not restricted."""
        found = self.rows.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" <> \'\'').fetchall()
        choices = [{"key": f"v_{key_of(value)}", "label": value} for (value,) in sorted(found)]
        return {"type": "choice", "choices": choices} if choices else {"type": "text"}

    def _files(self) -> dict[str, bytes]:
        return {f"samples/{key}.csv": self._csv(key, table) for key, table in self.tables.items()}

    def _csv(self, key: str, table: str) -> bytes:
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        fields = self.entities[key]
        writer.writerow(["ref", *(field["key"] for field in fields.values())])
        targets = [field.get("target") for field in fields.values()]
        for number, *cells in self.rows.execute(f'SELECT * FROM "{table}"'):
            texts = (
                f"{target}_{cell}" if target and cell else cell for target, cell in zip(targets, cells, strict=True)
            )
            writer.writerow([f"{key}_{number}", *texts])
        return file.getvalue().encode()


def key_of(name: str) -> str:
    """Return a key: npe01__OppPayment__c -> opp_payment."""
    bare = re.sub(r"__c$", "", re.sub(r"^np[eo]\d+__", "", name))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare)
    return re.sub(r"\W+|_+", "_", words).strip("_").lower()


def free_key(key: str) -> str:
    """Return the key, changed where a field may not have it."""
    return key if is_free_for_field(key) else f"{key}_field"
