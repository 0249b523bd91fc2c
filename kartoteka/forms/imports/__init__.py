"""Data in and out: tables of CSV files and workbooks become records, and records become a file that reads back equal.

`files.open_table` gives a table, `run.import_rows` brings it in, `error_file.ErrorFile` keeps the rows that failed,
`exports.export_csv` writes what reads back, `samples.load_samples` loads the data of a package.
"""
