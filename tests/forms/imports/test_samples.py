"""Samples: the order of links, loading twice, and the package that we ship."""

from __future__ import annotations

from pathlib import Path

import kartoteka
from kartoteka.forms.imports.samples import load_samples, order_of_links, sample_files
from kartoteka.metadata.definitions import Manifest
from kartoteka.metadata.packages import Package, read_package
from tests.forms.imports.office import Office

SALES = Path(kartoteka.__file__).parent / "packages" / "sales"
FILES = {
    "samples/client.csv": b"ref,name,region,parent,tags,since\nc1,One,r1,,a|b,-3d\nc2,Two,r1,c1,,\n",
    "samples/region.csv": b"ref,name\nr1,North\n",
    "samples/notes.txt": b"not a table",
}


def package(**files: bytes) -> Package:
    return Package(Manifest(format=1, key="office", version="1.0.0"), {}, FILES | files)


def test_samples_come_in_the_order_of_their_links_and_once(office: Office) -> None:
    results = load_samples(office.writing, package())
    assert [*results] == ["region", "client"]
    assert office.all("name", "region", "parent", "tags") == [("One", 1, None, ("a", "b")), ("Two", 1, 1, None)]
    office.update("client", 1, name="Renamed")
    office.delete("client", 2)
    again = load_samples(office.writing, package())
    assert (again["client"].unchanged, again["client"].created) == (2, 0)
    assert office.all("name") == ["Renamed"]


def test_links_that_go_round_still_give_an_order(office: Office) -> None:
    with office.reading() as unit:
        assert order_of_links(unit.model.catalog, {"client": 1, "user": 1, "region": 1})[-1] == "client"


def test_the_sales_package_loads_without_a_problem(office: Office) -> None:
    sales = read_package(SALES)
    office.apply(sales)
    links_of_companies = {"user", "region", "industry", "lead_source"}
    books = {name: data for name, data in sales.files.items() if Path(name).stem in links_of_companies}
    companies = b"".join(sales.files["samples/company.csv"].splitlines(keepends=True)[:201])
    few = Package(sales.manifest, sales.definitions, {**books, "samples/company.csv": companies})
    results = load_samples(office.writing, few)
    assert [problem for result in results.values() for problem in result.problems] == []
    assert results["company"].created == 200
    assert results.keys() == sample_files(few).keys()
