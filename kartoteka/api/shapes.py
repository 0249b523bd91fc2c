"""The shapes of what goes in and out, as JSON Schemas; of records as one actor may see and write them."""

from __future__ import annotations

from typing import Any

from kartoteka.metadata.definitions import Entity, Field
from kartoteka.metadata.fieldtypes.links import LARGEST_ID
from kartoteka.platform.access import Rights

Schema = dict[str, Any]

ID: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
VERSION: Schema = {"type": "integer", "minimum": 1}
TEXT: Schema = {"type": "string"}
CURSOR: Schema = {"type": ["string", "null"]}
LINK: Schema = {
    "type": "object",
    "description": "A link: the record's id, and its title if you may read it.",
    "properties": {"id": ID, "title": {"type": ["string", "null"]}},
    "required": ["id"],
    "additionalProperties": False,
}


def reference(name: str) -> Schema:
    """Return a reference to a shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def closed(properties: Schema, *required: str) -> Schema:
    """Return the schema of an object with these properties and no others."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def listed(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


MESSAGE = {"code": TEXT, "params": {"type": "object"}, "message": TEXT}
PACKAGE = {"key": TEXT, "version": TEXT, "title": TEXT, "requires": {"type": "object"}}
EXPLAINED = {
    "property": TEXT,
    "value": {},
    "layer": {"type": "string", "description": "A package's key, or local."},
    "version": TEXT,
    "number": {"type": ["integer", "null"], "description": "Of the publish that set it, in the journal."},
    "actor": {"type": ["string", "null"]},
    "at": {"type": ["string", "null"], "format": "date-time"},
}
NUMBER = {"type": "integer", "description": "In the journal."}
MAYBE_NUMBER = {"type": ["integer", "null"], "description": "In the journal."}
ENTRY = {
    "number": NUMBER,
    "at": {"type": "string", "format": "date-time"},
    "actor": TEXT,
    "why": TEXT,
    "undoes": MAYBE_NUMBER,
    "undone_by": MAYBE_NUMBER,
    "hash_before": TEXT,
    "hash_after": TEXT,
    "milliseconds": {"type": "integer"},
    "sentences": listed(TEXT),
    "changes": listed({"type": "object"}),
    "inverse": {
        "type": ["array", "null"],
        "items": {"type": "object"},
        "description": "What takes it back; null where nothing does.",
    },
}
RETIRED = {
    "key": {"type": "string", "description": "client.city, or of a whole card type client."},
    "revision": {"type": "integer", "description": "Tells those of the same key apart."},
    "number": NUMBER,
    "label": TEXT,
    "type": {"type": ["string", "null"], "description": "Of the field; null for a whole card type."},
    "is_shadow": {"type": "boolean", "description": "Values as they were before the field's type changed."},
    "at": {"type": "string", "format": "date-time"},
    "actor": TEXT,
    "count": {"type": "integer", "description": "Values of a field, or cards, that are kept."},
}
PURGED = {"key": TEXT, "revision": {"type": "integer"}, "count": {"type": "integer"}, "number": NUMBER}
COMMON: Schema = {
    "link": LINK,
    "message": closed(MESSAGE, *MESSAGE),
    "problem": closed({**MESSAGE, "field": TEXT, "file": TEXT, "pointer": TEXT}, *MESSAGE),
    "problems": closed(
        {
            "title": TEXT,
            "status": {"type": "integer"},
            "problems": listed(reference("problem")),
            "details": {"type": "array", "description": "Of a conflict: both values of each field."},
            "reference": {"type": "string", "description": "Of a failure: what the log has it under."},
        },
        *("title", "status", "problems"),
    ),
    "made": closed({"ids": listed(ID)}, "ids"),
    "history": closed(
        {
            "entries": listed(
                closed(
                    {
                        "version": VERSION,
                        "at": {"type": "string", "format": "date-time"},
                        "user": {"type": ["integer", "null"]},
                        "action": {"enum": ["create", "update", "delete", "restore"]},
                        "changes": {
                            "type": "object",
                            "additionalProperties": closed({"old": {}, "new": {}}, "old", "new"),
                        },
                    },
                    *("version", "at", "user", "action", "changes"),
                )
            )
        },
        "entries",
    ),
    "file": closed(
        {"id": ID, "name": TEXT, "media_type": {"type": ["string", "null"]}, "size": {"type": "integer"}},
        *("id", "name", "media_type", "size"),
    ),
    "hits": closed(
        {
            "hits": listed(closed({"entity": TEXT, "id": ID, "title": TEXT}, "entity", "id", "title")),
            "more": {"type": "boolean"},
            "index_is_whole": {"type": "boolean", "description": "False while the index is being built."},
        },
        *("hits", "more", "index_is_whole"),
    ),
    "plan": {
        "type": "object",
        "properties": {
            "base": {"type": "string", "description": "Hash of the configuration that the plan was made for."},
            "hash": {"type": "string", "description": "Hash of the configuration after it."},
            "harmless": {"type": "boolean"},
            "changes": listed({"type": "object"}),
            "collisions": {
                "type": "array",
                "description": "Where the package, or the undo, meets what others have changed.",
            },
            "undoes": {"type": "integer", "description": "Number in the journal of what is taken back."},
            "rows": {"type": "array", "description": "What becomes of the rows that packages bring, by card type."},
            "forecast": {"type": "array", "description": "What people will notice where it takes long."},
            "tests": {"type": ["object", "null"], "description": "What becomes of the tests that the package brings."},
            "saved": {"type": "object", "description": "The plan as a file that can be carried out later, exactly so."},
            "published": {"type": ["object", "null"], "description": "Null where nothing was to be done."},
            "publishing": {"type": "object", "description": "Where it takes long: it goes on by itself (status 202)."},
        },
        "required": ["base", "hash", "harmless", "changes", "collisions", "rows"],
    },
    "publishing": closed(
        {
            "id": ID,
            "status": {"enum": ["preparing", "clearing", "published", "cancelled", "refused"]},
            "actor": TEXT,
            "started_at": {"type": "string", "format": "date-time"},
            "done": {"type": "integer", "description": "Cards that are done, about, of `total`."},
            "total": {"type": "integer"},
            "problems": {"type": "array", "description": "Why it could not be."},
            "entry": {"type": ["integer", "null"], "description": "Its number in the journal."},
        },
        *("id", "status", "actor", "started_at", "done", "total", "problems", "entry"),
    ),
    "packages": closed(
        {
            "packages": listed(closed(PACKAGE, *PACKAGE)),
            "hash": {"type": "string", "description": "Hash of the configuration in force."},
        },
        *("packages", "hash"),
    ),
    "explained": closed({"properties": listed(closed(EXPLAINED, *EXPLAINED))}, "properties"),
    "journal": closed({"entries": listed(closed(ENTRY, *ENTRY))}, "entries"),
    "choices": closed(
        {
            "choices": {
                "type": "object",
                "description": "Of collisions, by name: keep the newer value, or take it back too.",
                "additionalProperties": {"enum": ["keep", "take"]},
            }
        }
    ),
    "retired": closed({"retired": listed(closed(RETIRED, *RETIRED))}, "retired"),
    "typed": closed(
        {"typed": {"type": "string", "description": "The key once more: nothing brings the data back."}}, "typed"
    ),
    "purged": closed(PURGED, *PURGED),
    "me": {"type": "object", "required": ["id", "name", "roles", "entities"]},
    "openapi": {"type": "object"},
    "reports": closed(
        {"reports": listed(closed({"key": TEXT, "label": TEXT, "entity": TEXT}, "key", "label", "entity"))}, "reports"
    ),
    "report": closed(
        {
            "key": TEXT,
            "label": TEXT,
            "entity": TEXT,
            "groups": listed(closed({"field": TEXT, "by": TEXT}, "field", "by")),
            "measures": listed({"type": "object", "required": ["key", "function", "field", "label"]}),
            "rows": listed(reference("report_row")),
            "total": {"type": "object", "description": "Figures over everything, by measure."},
            "is_whole": {"type": "boolean", "description": "False where there are more groups than are told."},
        },
        *("key", "label", "entity", "groups", "measures", "rows", "total", "is_whole"),
    ),
    "report_row": closed(
        {
            "group": {"description": "The group's value as records have it, or the first day of a period."},
            "values": {"type": "object", "description": "Figures by measure; of money one sum for each currency."},
            "rows": listed(reference("report_row")),
        },
        *("group", "values"),
    ),
    "package": {
        "type": "object",
        "description": "The files of a package: their contents by path.",
        "additionalProperties": {"type": "object"},
    },
}
"""The shapes that are the same for everybody."""


def entity_shapes(entity: Entity, rights: Rights, language: str) -> Schema:
    """Return the shapes of an entity's records: as read, as made and as changed."""
    seen = [field for field in entity.fields if rights.sees(field.key)]
    written = [field for field in seen if rights.edits(field.key) and not field.type.computed]
    key = entity.key
    head = {"id": ID, "version": VERSION, "title": TEXT, "values": reference(f"{key}.values")}
    new = closed({field.key: _written(field, language) for field in written}, *_needed(written))
    changed = closed({field.key: _written(field, language) for field in written})
    return {
        f"{key}.values": {
            "type": "object",
            "properties": {field.key: _read(field, language) for field in seen},
            "description": "By field; also by path (client.city) where `fields` asked for one.",
        },
        key: closed(head, *(head if rights.may("read") else ("id", "version"))),
        f"{key}.records": _page(key),
        f"{key}.new": closed({"values": new}, "values"),
        f"{key}.change": closed({"version": VERSION, "values": changed}, "values"),
    }


def _page(key: str) -> Schema:
    properties = {
        "records": listed(reference(key)),
        "before": CURSOR,
        "after": CURSOR,
        "count": {"type": "integer"},
        "count_is_exact": {"type": "boolean"},
    }
    return closed(properties, "records", "before", "after")


def _needed(fields: list[Field]) -> list[str]:
    return [field.key for field in fields if field.required and field.default is None]


def _read(field: Field, language: str) -> Schema:
    schema = reference("link") if field.type.links_to else field.type.data_schema
    return _named(field, _or_null(schema), language)


def _written(field: Field, language: str) -> Schema:
    schema = field.type.data_schema
    schema = {"anyOf": [schema, reference("link")]} if field.type.links_to else schema
    return _named(field, schema if field.required else _or_null(schema), language)


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]} if schema else {}


def _named(field: Field, schema: Schema, language: str) -> Schema:
    return {"title": field.title(language), **schema}
