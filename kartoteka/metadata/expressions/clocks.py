"""Clocks: what the wall shows where somebody is, with the offset from UTC that is in force at each moment.

The changes of the clock are listed for the years round now; beyond them the nearest offset counts. Python and both
databases calculate with the same list, so that they agree on every moment.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

YEARS_BACK, YEARS_AHEAD = 25, 5


@dataclass(frozen=True, eq=False)
class Clock:
    """Offsets from UTC in seconds: the `first` one, then since when which one is in force (naive UTC), in order."""

    first: int
    later: tuple[tuple[datetime, int], ...] = ()

    @cached_property
    def _since(self) -> list[datetime]:
        return [since for since, _ in self.later]

    @cached_property
    def local_changes(self) -> tuple[tuple[datetime, int], ...]:
        """Since which time on the wall which offset is meant; one that is shown twice is meant the first time."""
        before = (self.first, *(seconds for _, seconds in self.later))
        return tuple(
            (since + timedelta(seconds=max(old, new)), new)
            for (since, new), old in zip(self.later, before, strict=False)
        )

    @cached_property
    def _local_since(self) -> list[datetime]:
        return [since for since, _ in self.local_changes]

    def on_wall(self, moment: datetime) -> datetime | None:
        """Return the naive time on the wall at an aware moment; None outside the years 1 to 9999."""
        try:
            utc = moment.astimezone(UTC).replace(tzinfo=None)
            place = bisect_right(self._since, utc)
            return utc + timedelta(seconds=self.later[place - 1][1] if place else self.first)
        except OverflowError:
            return None

    def moment_of(self, wall: datetime) -> datetime | None:
        """Return the aware moment of a naive time on the wall; None outside the years 1 to 9999."""
        place = bisect_right(self._local_since, wall)
        try:
            seconds = self.local_changes[place - 1][1] if place else self.first
            return (wall - timedelta(seconds=seconds)).replace(tzinfo=UTC)
        except OverflowError:
            return None

    def is_shown_once(self, wall: datetime) -> bool:
        """Tell whether the wall shows that time exactly once: not on the nights when the clock is changed."""
        moment = self.moment_of(wall)
        if moment is None or self.on_wall(moment) != wall:
            return False
        place = bisect_right(self._since, moment.replace(tzinfo=None))
        if place == len(self.later):
            return True
        since, seconds = self.later[place]
        return wall < since + timedelta(seconds=seconds)


def clock_of(now: datetime) -> Clock:
    """Return the clock on which an aware moment is read: of its zone, or of its fixed offset."""
    if isinstance(now.tzinfo, ZoneInfo):
        return _of_zone(now.tzinfo, now.year)
    return _fixed(int((now.utcoffset() or timedelta()).total_seconds()))


@lru_cache(maxsize=100)
def _fixed(seconds: int) -> Clock:
    return Clock(seconds)


@lru_cache(maxsize=700)
def _of_zone(zone: ZoneInfo, year: int) -> Clock:
    """Return the clock of a zone, from the beginning of the first year to the end of the last one."""
    here = datetime(max(year - YEARS_BACK, 2), 1, 1, tzinfo=UTC)
    end = datetime(min(year + YEARS_AHEAD, 9997) + 1, 1, 1, tzinfo=UTC)
    first = last = _seconds(here, zone)
    later: list[tuple[datetime, int]] = []
    while here < end:
        following = here + timedelta(days=7)
        if _seconds(following, zone) != last:
            since = _change_between(here, following, zone)
            last = _seconds(since, zone)
            later.append((since.replace(tzinfo=None), last))
        here = following
    return Clock(first, tuple(later))


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the offset changes."""
    old = _seconds(before, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _seconds(middle, zone) == old else (before, middle)
    return after


def _seconds(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
