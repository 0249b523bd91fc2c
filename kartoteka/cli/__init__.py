"""The command line: one module for each group of commands, and what runs the server and its worker.

A command parses, calls one function of a room, and tells what came of it. What a person can mend is printed one
problem a line (file, pointer, code, message) with exit code 1; wrong usage exits with 2.
"""

from kartoteka.cli.program import main, program

__all__ = ["main", "program"]
