"""The last look at the public edition: nothing is written that tells a withheld cell.

It knows the published tables, in which a withheld cell has a mark, and what is about to be written.
It asks the text of each file, not the objects that it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from lxml import html

from trialtrail.errors import StudyError
from trialtrail.report.attached import Attached
from trialtrail.results.cells import WITHHELD, Cells

RULE = "nothing that is withheld is written to results/public"


def refuse(what: str, where: str) -> StudyError:
    """Return the error of a file that may not be written."""
    return StudyError(
        what,
        where=where,
        rule=RULE,
        remedy="report this as a fault of the software: no file is made",
    )


class Gate:
    """What may be told: the cells of the published tables.

    Args:
        tables: the published tables.
        register: the rows of `numbers.csv`, what is printed and from which cell.
    """

    def __init__(self, tables: Iterable[Path], register: Iterable[Mapping[str, str]]) -> None:
        self._cells = Cells({path.stem: path for path in tables})
        self._known = set(self._cells.tables())
        self._printed: dict[str, str] = {}
        for entry in register:
            where = f"numbers.csv, `{entry['id']}`"
            self._told(entry["table"], entry["row"], entry["column"], entry["value"], where)
            self._printed[entry["id"]] = " ".join(entry["printed"].split())

    def check_page(self, page: str, name: str) -> None:
        """Look at the numbers of a page, at its register, and for what it may not have at all.

        Raises:
            StudyError: a number is of a withheld cell or of no published one, or the page has a
                drawing: drawings are made from all numbers.
        """
        tree = html.document_fromstring(page)
        for place in tree.xpath("//*[@data-n]"):
            number, text = place.get("data-n"), " ".join(place.text_content().split())
            if number not in self._printed:
                raise refuse(f"the number `{number}` is of no published cell", name)
            if text != self._printed[number]:
                raise refuse(f"the number `{number}` is printed otherwise than registered", name)
        for heading in tree.xpath("//*[@id='origins']/h3"):
            self._check_entries(heading, name)
        if tree.xpath("//main//*[local-name()='svg' or local-name()='img']"):
            raise refuse("a drawing stands in the public edition", name)

    def _check_entries(self, heading: html.HtmlElement, name: str) -> None:
        """Look at what the register within the page says of one table."""
        table = PurePosixPath(heading.text_content()).stem
        row = ""
        for each in heading.getnext().iterchildren("dt", "dd"):
            if each.tag == "dt":
                row = each.text_content()
                continue
            printed, whole = each.findtext("b", ""), each.findtext("i")
            column = (each.text or "").strip()
            self._told(table, row, column, printed if whole is None else whole, name)

    def _told(self, table: str, row: str, column: str, value: str, where: str) -> None:
        """Raise unless a published cell has this value."""
        if table not in self._known or row not in self._cells.table(table).rows:
            raise refuse(f"`{table}#{row}/{column}` is of no published row", where)
        known = self._cells.table(table)
        told = (row, column) not in known.withheld and value == known.rows[row].get(column)
        if not told and value != WITHHELD:
            raise refuse(f"`{table}#{row}/{column}` is withheld, and a number is told", where)


def check_attached(files: Iterable[Attached], published: Iterable[Path]) -> None:
    """Look at what is about to be kept within a PDF: published files alone, as they are published.

    Raises:
        StudyError: a file is no published one.
    """
    known = {path.name: path.read_bytes() for path in published}
    for file in files:
        if known.get(file.name) != file.content:
            raise refuse(f"`{file.name}` is no published file", "attached to a PDF")
