"""Publishing over big tables without stopping anybody.

What takes long is made ready beforehand, beside everybody's work: new columns, filled in batches, and indexes. Then the
publish itself takes what is ready and is over at once, in one transaction as every publish. Until then nothing of it is
in force, so it can be called off; what a killed process left half done is gone on with.
"""
