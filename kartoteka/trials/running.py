"""Running the tests of a package: a verdict for each expectation, with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kartoteka.metadata.labels import Label
from kartoteka.metadata.package_tests import PackageTest
from kartoteka.metadata.problems import NotFound, Problem, Refused
from kartoteka.metadata.stack import Stack
from kartoteka.trials.cast import Cast
from kartoteka.trials.expecting import problems_of
from kartoteka.trials.workspace import Bench, bench

Tests = Mapping[str, PackageTest]
"""The tests of a package by the name of their file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one expectation: passed where there is no problem."""

    file: str
    pointer: str
    label: Label | None
    problems: tuple[Problem, ...] = ()

    @property
    def is_passed(self) -> bool:
        """True where all is as expected."""
        return not self.problems

    @property
    def place(self) -> tuple[str, str]:
        """What tells it from all others of the package."""
        return self.file, self.pointer


def run_tests(stack: Stack, tests: Tests) -> list[Verdict]:
    """Try the tests over these layers, whose reference data are at hand. Raises Refused where the layers don't fit."""
    if not tests:
        return []
    with bench(stack) as place:
        return [verdict for file, test in sorted(tests.items()) for verdict in _file(place, file, test)]


def _file(place: Bench, file: str, test: PackageTest) -> Iterator[Verdict]:
    with place.trying() as unit:
        cast = Cast(unit, place.settings)
        for number, given in enumerate(test.records):
            try:
                cast.make(given)
            except (Refused, NotFound) as error:
                found = error.problems if isinstance(error, Refused) else (error.problem,)
                yield Verdict(file, f"/records/{number}", test.label, tuple(found))
                return
        for pointer, expected in test.expectations():
            yield Verdict(file, pointer, expected.label or test.label, tuple(problems_of(cast, expected)))
