"""Who the token stands for, and what this person may do."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from kartoteka.api.answers import give
from kartoteka.api.calls import Call
from kartoteka.api.questions import known_entities
from kartoteka.metadata.definitions import Entity
from kartoteka.platform.units import Unit


def read_me(unit: Unit, call: Call) -> Response:
    """Answer the token's person, and the card types with what may be done with their records."""
    access = unit.model.access
    return give(
        {
            "id": call.actor.user_id,
            "name": call.actor.name,
            "roles": list(call.actor.roles),
            "language": call.actor.locale.language,
            "time_zone": call.actor.locale.time_zone,
            "is_administrator": access.is_administrator(call.actor),
            "may_export": access.may_export(call.actor),
            "entities": [_entity_tree(unit, call, each) for each in known_entities(unit, call)],
        }
    )


def _entity_tree(unit: Unit, call: Call, entity: Entity) -> dict[str, Any]:
    rights = unit.model.access.rights(call.actor, entity.key)
    may = {verb: rights.may(verb) for verb in ("read", "edit", "delete")} | {"create": rights.create}
    return {"key": entity.key, "label": entity.name(call.language), "plural": entity.names(call.language), "may": may}
