"""Plans as JSON data, for programs: on the command line and over the API."""

from __future__ import annotations

from kartoteka.metadata.changes import changes_to_trees
from kartoteka.metadata.trees import Tree
from kartoteka.platform.conversions.planning import values_tree
from kartoteka.platform.plans import Plan, PlannedChange
from kartoteka.platform.upgrades import collision_trees
from kartoteka.platform.web.told import Say, item_tree, placed_tree


def plan_tree(plan: Plan, say: Say) -> Tree:
    """Return a plan as JSON data; `say` puts messages and problems into words."""
    return {
        "base": plan.base,
        "hash": plan.catalog.hash,
        "harmless": plan.is_harmless,
        "changes": [_change_tree(line, say) for line in plan.lines],
        "forecast": [item_tree(each, say) for each in plan.forecast],
        "collisions": collision_trees(plan.collisions, say),
        "rows": [each.tree(say) for each in plan.rows],
    }


def _change_tree(line: PlannedChange, say: Say) -> Tree:
    return {
        "risk": line.risk,
        "message": say(line.change.describe()),
        "effects": [item_tree(each, say) for each in line.effects],
        "problems": [placed_tree(each, say) for each in line.problems],
        "change": changes_to_trees((line.change,))[0],
        **({"values": values_tree(line.values)} if line.values else {}),
    }
