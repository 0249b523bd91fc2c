"""Values of figures and records' own columns as JSON data, where no field type writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from kartoteka.metadata.fieldtypes.money import Money


def moment(value: datetime) -> str:
    """Return a moment as ISO 8601 in UTC."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def plain(value: Any) -> Any:
    """Return a figure as JSON data, as the records of its type have it; of money a sum for each currency."""
    match value:
        case tuple():
            return [plain(each) for each in value]
        case Money(amount=amount, currency=currency):
            return {"amount": format(amount, "f"), "currency": currency}
        case Decimal():
            return format(value, "f")
        case datetime():
            return moment(value)
        case date() | time():
            return value.isoformat()
    return value
