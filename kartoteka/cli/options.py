"""Options that several commands have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kartoteka.platform.upgrades import UndecidedWord

PackageName = Annotated[str, typer.Argument(metavar="PACKAGE", help="A folder or zip, or a package that we ship.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write JSON to a file.")]
DecisionFile = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="What is decided where the package meets your own changes.",
    ),
]
SaveDecisions = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write all of that to a file, to edit and use elsewhere.")
]
Undecided = Annotated[
    UndecidedWord,
    typer.Option(help="Where nothing is decided: keep the client's, take the package's, or stop."),
]
Why = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the journal.")]
