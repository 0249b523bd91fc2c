"""Writes the sample data and the reference data into the package."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tools.sample_data.chance import Row
from tools.sample_data.story import tables

REFERENCE = frozenset({"industry", "lead_source"})
"""Card types whose rows everybody gets who installs the package; the others are samples."""
PACKAGES = Path(__file__).resolve().parents[2] / "kartoteka/packages"


def field_order(entity: str) -> list[str]:
    """Return the field keys of an entity of the packages `sales` or `base`, in their order."""
    found = (PACKAGES / package / "entities" / f"{entity}.json" for package in ("sales", "base"))
    definition = json.loads(next(path for path in found if path.exists()).read_text(encoding="utf-8"))
    return [field["key"] for field in definition["fields"]]


def as_csv(rows: list[Row], order: list[str]) -> bytes:
    """Return rows as CSV: `ref` first, then the fields that any row has, in the entity's order."""
    used = {key for row in rows for key in row}
    columns = ["ref", *(key for key in order if key in used)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def generate() -> dict[str, bytes]:
    """Return the content of every file by its name."""
    return {file_of(entity): as_csv(rows, field_order(entity)) for entity, rows in tables().items()}


def file_of(entity: str) -> str:
    """Return the file in which the rows of an entity lie."""
    return f"{'data' if entity in REFERENCE else 'samples'}/{entity}.csv"


def main() -> None:
    """Write all files and say how large they are."""
    for name, data in generate().items():
        file = PACKAGES / "sales" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
        print(f"{name:24}{len(data):>12,} bytes")


if __name__ == "__main__":
    main()
