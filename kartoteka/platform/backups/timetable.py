"""When backups are made and how many are kept: as said in the studio, otherwise as the operator's settings say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, delete, insert, select

from kartoteka.platform import tables
from kartoteka.platform.settings import Settings
from kartoteka.platform.units import Unit

NAME: Final = "backups"
"""Under which name the database keeps what was said in the studio."""
BOUNDS: Final = {"hours": (0, 24 * 7), "at": (0, 23), "keep": (1, 1000)}
"""The least and the most of each part of a timetable."""
_of = tables.setting.c


class Timetable(msgspec.Struct, frozen=True):
    """At `at` o'clock in the workspace's time zone, and every `hours` from there (0: never); the newest `keep` stay."""

    hours: int
    at: int
    keep: int


def timetable_of(connection: Connection, settings: Settings) -> Timetable:
    """Return what is in force."""
    found = connection.execute(select(_of.value).where(_of.name == NAME)).scalar()
    return operators(settings) if found is None else msgspec.convert(found, Timetable)


def operators(settings: Settings) -> Timetable:
    """Return what the operator's settings say."""
    return Timetable(settings.backup_hours, settings.backup_at, settings.backup_keep)


def set_timetable(unit: Unit, settings: Settings, timetable: Timetable) -> None:
    """Keep what was said in the studio; what the operator says anyway need not be kept."""
    unit.connection.execute(delete(tables.setting).where(_of.name == NAME))
    if timetable != operators(settings):
        row = {"name": NAME, "value": msgspec.to_builtins(timetable)}
        unit.connection.execute(insert(tables.setting), row)


def next_due(now: datetime, timetable: Timetable, time_zone: str) -> datetime:
    """Return when the next backup after `now` is due; there must be one."""
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone).replace(tzinfo=None)
    first, step = datetime(2000, 1, 1, timetable.at), timedelta(hours=timetable.hours)  # noqa: DTZ001
    due = first + ((local - first) // step + 1) * step
    return due.replace(tzinfo=zone).astimezone(UTC)
