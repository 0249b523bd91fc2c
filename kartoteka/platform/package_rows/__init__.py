"""Reference data of packages in this workspace: what an installation, an upgrade or an undo does to its records.

`tasks` tells which rows a publish is about, `book` what is here under their refs, `deciding` what becomes of each,
`planning` shows that before, `writing` does it in the publish's transaction.
"""
