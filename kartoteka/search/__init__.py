"""Search: the analyser, the engines behind one protocol, and what feeds and asks them.

From below: `folding` and `analyser` turn text into tokens, `terms` turns a question into what to look
for, `engine` is the protocol, `whoosh_engine` (the embedded default) and `fts5_engine` (SQLite, for
large data) keep it.
"""
