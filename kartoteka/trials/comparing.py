"""What an upgrade makes of a package's tests: tried over the layers of before and over those of after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from kartoteka.metadata.problems import Message, Problem, Refused
from kartoteka.metadata.stack import Stack
from kartoteka.metadata.trees import Tree
from kartoteka.platform.configuration import with_rows
from kartoteka.platform.plans import Plan
from kartoteka.trials.running import Tests, Verdict, run_tests


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdicts over the layers that are to be, and those among them that were others before."""

    after: tuple[Verdict, ...]
    broken: tuple[Verdict, ...]
    """What passed before and fails after."""
    mended: int
    """How many failed before and pass after."""

    @property
    def still_failing(self) -> tuple[Verdict, ...]:
        """What fails after and did not pass before: it did so then, or its subject was not there."""
        return tuple(each for each in self.after if not each.is_passed and each not in self.broken)

    def told(self) -> Iterator[tuple[Message, tuple[Verdict, ...]]]:
        """Yield it in sentences, each with the verdicts that it is about."""
        passed = sum(each.is_passed for each in self.after)
        yield Message("test.passed", {"passed": passed, "count": len(self.after)}), ()
        if self.broken:
            yield Message("test.broken", {"count": len(self.broken)}), self.broken
        if self.still_failing:
            yield Message("test.failed", {"count": len(self.still_failing)}), self.still_failing
        if self.mended:
            yield Message("test.mended", {"count": self.mended}), ()


def compared_by(connection: Connection, plan: Plan, tests: Tests) -> Comparison | None:
    """Return what a plan makes of tests; None where there are none, or where nothing would change."""
    if not tests or plan.before == plan.stack:
        return None
    return compare(with_rows(connection, plan.before), with_rows(connection, plan.stack), tests)


def compare(before: Stack, after: Stack, tests: Tests) -> Comparison:
    """Return what becomes of the tests; both stacks have their reference data at hand."""
    now = run_tests(after, tests)
    passed = {each.place for each in _before(before, tests) if each.is_passed}
    broken = tuple(each for each in now if not each.is_passed and each.place in passed)
    mended = sum(each.is_passed and each.place not in passed for each in now)
    return Comparison(tuple(now), broken, mended)


def _before(stack: Stack, tests: Tests) -> Sequence[Verdict]:
    try:
        return run_tests(stack, tests)
    except Refused:
        return ()  # what is in force does not fit together: nothing can have passed


def comparison_tree(found: Comparison | None, say: Callable[[Message | Problem], str]) -> Tree | None:
    """Return a comparison as JSON data with what is to be said."""
    if found is None:
        return None
    return {
        "passed": sum(each.is_passed for each in found.after),
        "count": len(found.after),
        "mended": found.mended,
        "broken": [verdict_tree(each, say) for each in found.broken],
        "failed": [verdict_tree(each, say) for each in found.still_failing],
        "messages": [say(message) for message, _ in found.told()],
    }


def verdict_tree(verdict: Verdict, say: Callable[[Message | Problem], str]) -> Tree:
    """Return a verdict as JSON data."""
    problems = [
        {"code": each.code, "field": each.field, "params": dict(each.params), "message": say(each)}
        for each in verdict.problems
    ]
    head = {"file": verdict.file, "pointer": verdict.pointer, "label": verdict.label}
    return {**head, "passed": verdict.is_passed, "problems": problems}
