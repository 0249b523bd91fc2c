"""Workspaces with card types to import into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kartoteka.metadata.definitions import Identity, Manifest
from kartoteka.metadata.packages import Package
from tests.forms.imports.office import Office
from tests.platform.workspace import BASE


def of(entity: str, **fields: dict[str, Any]) -> tuple[Identity, dict[str, Any]]:
    """Return an entity's definition."""
    return Identity("entity", "", entity), {
        "key": entity,
        "fields": [{"key": key, **field} for key, field in fields.items()],
    }


PACKAGE = Package(
    Manifest(format=1, key="office", version="1.0.0"),
    dict(
        [
            of("region", name={"type": "text"}, code={"type": "text", "unique": True}),
            of(
                "client",
                name={"type": "text", "required": True, "label": {"en": "Company name", "ru": "Название"}},
                code={"type": "text", "unique": True, "max_length": 12, "formerly": ["number"]},
                region={"type": "link", "target": "region"},
                parent={"type": "link", "target": "client"},
                manager={"type": "user"},
                staff={"type": "integer", "minimum": 0},
                turnover={"type": "money"},
                share={"type": "percent"},
                since={"type": "date"},
                seen_at={"type": "datetime"},
                active={"type": "boolean", "default": "TRUE"},
                size={"type": "choice", "choices": [{"key": "s", "label": "Small"}, {"key": "l", "label": "Large"}]},
                tags={"type": "tags"},
                lasts={"type": "duration"},
                opens={"type": "time"},
                serial={"type": "auto_number"},
            ),
            (
                Identity("role", "", "clerk"),
                {
                    "key": "clerk",
                    "entities": [
                        {
                            "entity": "client",
                            "read": "all",
                            "create": True,
                            "edit": "all",
                            "fields": [
                                {"field": "turnover", "right": "hide"},
                                {"field": "staff", "right": "read"},
                            ],
                        }
                    ],
                },
            ),
        ]
    ),
)


@pytest.fixture
def office(database_url: str, tmp_path: Any) -> Iterator[Office]:
    """Give a workspace with regions and clients; once on SQLite, once on PostgreSQL."""
    found = Office(database_url, packages=(BASE,))
    found.folder = tmp_path
    found.apply(PACKAGE)
    yield found
    found.close()
