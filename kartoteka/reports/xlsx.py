"""Writing a workbook as .xlsx, typed and in memory that doesn't grow with the rows.

openpyxl makes everything but the rows (see `book`); the rows are streamed as XML into the sheets' parts of
the zip. That is an order of magnitude faster than openpyxl's own write-only mode. Strings are written inline:
a table of shared strings would have to be kept until the end. Rows beyond Excel's last go on to a second
sheet, and so does whatever would take one part over the two gigabytes that plain zip readers manage.
"""

import zipfile
from typing import BinaryIO

from kartoteka.reports.book import Book
from kartoteka.reports.part import LAST_ROW, Meter, Progress, Target
from kartoteka.reports.sheet_writer import SheetWriter
from kartoteka.reports.workbook import Workbook

# A third of the time of zlib's default, for files about a third larger.
_COMPRESSION = 2


def write_xlsx(
    workbook: Workbook, file: BinaryIO, progress: Progress | None = None, *, last_row: int = LAST_ROW
) -> None:
    """Write the workbook to `file`, which needn't be seekable.

    `progress` is called now and then with the rows written so far, headers included, over all sheets; what it
    raises stops the writing and is passed on. `last_row` is where a sheet is full and the next one begins.
    Raises ValueError for a row of the wrong length, wrong nesting of groups, or an aware date-time; what is
    in `file` after any error is not a workbook.
    """
    book = Book(workbook.properties)
    meter = Meter(progress)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
        target = Target(archive, book, meter, last_row)
        for sheet in workbook.sheets:
            summary = SheetWriter(target, sheet).write()
            if summary is not None:
                SheetWriter(target, summary).write()
        book.copy_frame(archive)
