"""Trials: a package proves itself. Its tests run in a temporary workspace, made of the layers that are to be proved.

`running.run_tests` gives a verdict for each expectation, `comparing.compare` what an upgrade makes of the verdicts.
"""
