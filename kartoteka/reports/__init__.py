"""Reports: questions, workbooks, charts and dashboards.

The lower half of the room knows nothing of entities or actors. `workbook` is the description of an Excel
file, `xlsx` writes it in bounded memory, `csv_file` writes the plain sibling. The upper half turns lists
and reports into those descriptions.
"""
