"""Entry point: `python -m kartoteka`."""

from kartoteka.cli import main

main()
