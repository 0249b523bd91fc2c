"""Makes the sample data of the package `sales`: `python -m tools.sample_data`.

The same code always writes the same bytes. Everybody and everything in it is invented: e-mail and web addresses lie
under `.example`, phone numbers where the numbering plan keeps numbers for films or has none to give out, as far as
there are such. Registration numbers have right check digits, since forms check them.
"""
