"""Tests that a package brings, `tests/*.json`: records, and what is expected of them.

The records are made first; each expectation is looked at by itself over them, in the order of the file. People are
records of the type `user`; `as` names one of them by ref, nobody means the system. A date may be relative to today:
-3d, +2d 10:00.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import Meta, field

from kartoteka.metadata.definitions import Expression, LabelProperty, Part, Path, Reference
from kartoteka.metadata.keys import KEY_PATTERN

FOLDER = "tests"
Ref = Annotated[str, Meta(pattern=KEY_PATTERN, description="Name of a record in this file.")]
As = Annotated[Ref | None, Meta(description="Ref of the person who does it; without, the system.")]
Values = Annotated[dict[str, Any], Meta(description="Values by field, as the API has them; links by ref.")]


class GivenRecord(Part, frozen=True):
    """A record that is there before anything is looked at."""

    entity: Reference
    ref: Annotated[Ref | None, Meta(description="By which the file speaks of it.")] = None
    values: Values = field(default_factory=dict)


class ExpectedProblem(Part, frozen=True):
    """What a save is refused for."""

    code: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.]{0,99}$", description="The problem's code.")]
    field: Annotated[str | None, Meta(description="The field at which it stands.")] = None


class SaveTest(Part, frozen=True):
    """A record is saved: accepted, or refused with exactly these problems. It is gone afterwards."""

    entity: Reference
    label: LabelProperty = None
    actor: As = field(default=None, name="as")
    record: Annotated[Ref | None, Meta(description="The record that is changed; without, one is made.")] = None
    values: Values = field(default_factory=dict)
    refused: Annotated[tuple[ExpectedProblem, ...], Meta(description="Why it is refused; nothing: accepted.")] = ()
    gives: Annotated[dict[str, Any], Meta(description="Values that it has once it is saved: formulas, defaults.")] = (
        field(default_factory=dict)
    )


class TotalTest(Part, frozen=True):
    """How many records there are, or what a field of theirs adds up to."""

    entity: Reference
    equals: Annotated[Any, Meta(description="The number, or the sum as the API has it.")]
    label: LabelProperty = None
    actor: As = field(default=None, name="as")
    where: Annotated[Expression | None, Meta(description="Condition that the records meet.")] = None
    sum: Annotated[Path | None, Meta(description="The field that is added up; without, records are counted.")] = None


class ReportTest(Part, frozen=True):
    """What a report comes to."""

    report: Reference
    total: Annotated[dict[str, Any], Meta(description="The figures over everything, by measure.")]
    label: LabelProperty = None
    actor: As = field(default=None, name="as")


class ListTest(Part, frozen=True):
    """Which records a list shows, in its order."""

    entity: Reference
    list: Annotated[Reference, Meta(description="Key of the list.")]
    rows: Annotated[tuple[Ref, ...], Meta(description="Refs of the records of this file that it shows, in order.")]
    label: LabelProperty = None
    actor: As = field(default=None, name="as")


Expectation = SaveTest | TotalTest | ReportTest | ListTest


class PackageTest(Part, frozen=True):
    """What a package shall do with the records of this file."""

    label: LabelProperty = None
    records: Annotated[tuple[GivenRecord, ...], Meta(description="Made in this order before all else.")] = ()
    saves: Annotated[tuple[SaveTest, ...], Meta(description="What is accepted and what is refused.")] = ()
    totals: Annotated[tuple[TotalTest, ...], Meta(description="Counts and sums.")] = ()
    reports: Annotated[tuple[ReportTest, ...], Meta(description="Totals of reports.")] = ()
    lists: Annotated[tuple[ListTest, ...], Meta(description="Rows of lists.")] = ()

    def expectations(self) -> Iterator[tuple[str, Expectation]]:
        """Yield what is expected, each with its pointer in the file."""
        kinds: tuple[tuple[str, tuple[Expectation, ...]], ...] = (
            ("saves", self.saves),
            ("totals", self.totals),
            ("reports", self.reports),
            ("lists", self.lists),
        )
        for name, found in kinds:
            for place, each in enumerate(found):
                yield f"/{name}/{place}", each
