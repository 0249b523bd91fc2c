"""The project's own benchmark: the budgets of the design, measured against the bare work in the same run.

`python -m bench` makes a workspace on each database, fills it, serves it by a real server on the loopback address, and
asks as browsers do. The bare work runs in the same server process: the SQL statements of our own request straight
through the driver, and a plain Jinja page of what they give.
"""
