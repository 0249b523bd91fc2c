"""Problems and messages as JSON data, for programs."""

from __future__ import annotations

from collections.abc import Callable

from kartoteka.metadata.problems import Message, Problem
from kartoteka.metadata.trees import Tree

Say = Callable[[Message | Problem], str]
"""Puts it into words."""


def item_tree(item: Message | Problem, say: Say) -> Tree:
    """Return a problem or a message as JSON data: its code, its parameters, and what they say."""
    return {"code": item.code, "params": dict(item.params), "message": say(item)}


def placed_tree(problem: Problem, say: Say) -> Tree:
    """Return a problem as JSON data; file, field and pointer only where they are known."""
    places = {"field": problem.field, "file": problem.file, "pointer": problem.pointer}
    return item_tree(problem, say) | {name: place for name, place in places.items() if place is not None}
