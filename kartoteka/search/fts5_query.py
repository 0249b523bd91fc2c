"""A question in FTS5's own query language."""

from collections.abc import Iterable

from kartoteka.search.terms import Atom, Kind, Term


def expression(terms: Iterable[Term], codes: list[str]) -> str:
    """The question among the tokens of any of the codes.

    Tokens are letters, digits and our own marks, and quoted all the same.
    """
    return " AND ".join(_term(term, codes) for term in terms)


def _term(term: Term, codes: list[str]) -> str:
    ways = (" AND ".join(_anywhere(atom, codes) for atom in way) for way in term.ways)
    return "(" + " OR ".join(f"({way})" for way in ways) + ")"


def _anywhere(atom: Atom, codes: list[str]) -> str:
    return "(" + " OR ".join(atom_expression(atom, code) for code in codes) + ")"


def atom_expression(atom: Atom, code: str) -> str:
    """An atom among the tokens of one code; phrases only among the forms, which alone are in order."""
    quoted = '"' + " ".join(code + token.replace('"', '""') for token in atom.tokens) + '"'
    match atom.kind:
        case Kind.START:
            return f"{quoted} *"
        case Kind.PHRASE:
            return f"(forms : {quoted})"
        case _:
            return quoted
