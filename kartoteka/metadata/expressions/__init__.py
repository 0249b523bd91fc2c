"""The one expression language: formulas, defaults, conditions, filters, rights, measures.

`parse` reads it, `check` types it against a scope of fields, three targets compute it and agree: `compile_python`,
`compile_sql` / `compile_condition`, `compile_excel`. `unparse` prints a tree back. docs/expressions.md describes the
language for administrators. Nothing here runs a statement or knows what an entity is.
"""

from kartoteka.metadata.expressions.checking import Scope, check, examine
from kartoteka.metadata.expressions.errors import ExpressionError, Span
from kartoteka.metadata.expressions.excel_target import compile_excel
from kartoteka.metadata.expressions.functions import FUNCTIONS
from kartoteka.metadata.expressions.kinds import Kind
from kartoteka.metadata.expressions.parsing import parse
from kartoteka.metadata.expressions.printing import unparse
from kartoteka.metadata.expressions.python_target import Context, compile_python
from kartoteka.metadata.expressions.sql_target import compile_condition, compile_sql
from kartoteka.metadata.expressions.tree import Name, Node, Path, Related, is_constant, names, renamed, walk, walk_all

__all__ = [
    "FUNCTIONS",
    "Context",
    "ExpressionError",
    "Kind",
    "Name",
    "Node",
    "Path",
    "Related",
    "Scope",
    "Span",
    "check",
    "compile_condition",
    "compile_excel",
    "compile_python",
    "compile_sql",
    "examine",
    "is_constant",
    "names",
    "parse",
    "renamed",
    "unparse",
    "walk",
    "walk_all",
]
