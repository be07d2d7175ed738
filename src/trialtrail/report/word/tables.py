"""Tables of a page as tables of Word: cells merged, header rows repeated, widths reckoned.

The widths of columns are reckoned from their texts and fixed, so that all programs set them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import html

from trialtrail.report.word.pieces import Shown
from trialtrail.report.word.xml import w

LETTER = 92
"""Twentieths of a point that a letter of a table takes, on average."""
PADDING = 200
"""Twentieths of a point between the texts of two columns."""
LONGEST = 48
"""Letters of a cell beyond which its column is not made wider: the text goes on in a next line."""
BROKEN = 600
"""Letters of a row that may be broken over pages."""
LEVELS = {"sub": 1, "subsub": 2}
Fill = Callable[[html.HtmlElement, str, int], list[Any]]
"""From a cell, the kind of its text and the level by which it is indented to its paragraphs."""


@dataclass(frozen=True)
class Cell:
    """A cell of the grid: where it begins, and over how many columns and rows it goes.

    ``above`` is true where the cell goes on from a row above.
    """

    element: html.HtmlElement
    column: int
    columns: int
    above: bool = False
    below: bool = False


def table_of(
    element: html.HtmlElement,
    style: str,
    width: int,
    shown: Shown,
    fill: Fill,
) -> Any:
    """Return a table of Word.

    Args:
        element: the table of the page.
        style: the id of the style of the table.
        width: the width of the text, in twentieths of a point.
        shown: what the page prints.
        fill: the paragraphs of a cell, from its element, the kinds of its text (of ``heading``,
            ``number`` and ``text``) and the level by which it is indented.
    """
    rows = _rows(element, shown)
    grid = _grid(rows)
    wide = _widths(grid, width)
    keep = "keep" in element.get("class", "").split()
    head = sum(_is_head(row) for row in rows)
    made = w(
        "tbl",
        w(
            "tblPr",
            w("tblStyle", val=style),
            w("tblW", w="5000", type="pct"),
            w("tblLayout", type="fixed"),
            w("tblLook", val="0420", firstRow="1", noVBand="1"),
        ),
        w("tblGrid", *(w("gridCol", w=str(each)) for each in wide)),
    )
    for number, (row, cells) in enumerate(zip(rows, grid, strict=True)):
        made.append(_row(row, cells, wide, number == head - 1, fill))
        if keep or "group" in row.get("class", "").split():
            _keep(made[-1], last=number == len(rows) - 1)
    return made


def needed_width(element: html.HtmlElement, shown: Shown) -> int:
    """Return how wide a table is at least, if no word is broken, in twentieths of a point."""
    grid = _grid(_rows(element, shown))
    return sum(_needs(grid)[0])


def _rows(element: html.HtmlElement, shown: Shown) -> list[html.HtmlElement]:
    return [row for row in element.iter("tr") if not shown.is_hidden(row)]


def _is_head(row: html.HtmlElement) -> bool:
    return row.getparent().tag == "thead"


def _grid(rows: Sequence[html.HtmlElement]) -> list[list[Cell]]:
    """Return the cells of each row, those that go on from a row above among them."""
    open_cells: dict[int, tuple[Cell, int]] = {}
    grid = []
    for number, row in enumerate(rows):
        cells, column = [], 0
        given = iter([each for each in row if each.tag in ("td", "th")])
        while True:
            if column in open_cells:
                begun, left = open_cells.pop(column)
                cells.append(Cell(begun.element, column, begun.columns, True, left > 1))
                if left > 1:
                    open_cells[column] = (begun, left - 1)
                column += begun.columns
                continue
            element = next(given, None)
            if element is None:
                if not any(other > column for other in open_cells):
                    break
                column += 1
                continue
            lines = min(int(element.get("rowspan", 1)), len(rows) - number)
            cell = Cell(element, column, int(element.get("colspan", 1)), False, lines > 1)
            cells.append(cell)
            if lines > 1:
                open_cells[column] = (cell, lines - 1)
            column += cell.columns
        grid.append(cells)
    return grid


def _row(
    row: html.HtmlElement,
    cells: Sequence[Cell],
    wide: Sequence[int],
    last_head: bool,
    fill: Fill,
) -> Any:
    letters = max((len(cell.element.text_content()) for cell in cells), default=0)
    properties = [
        w("cantSplit") if letters < BROKEN else None,
        w("tblHeader") if _is_head(row) else None,
    ]
    made = w("tr")
    if any(each is not None for each in properties):
        made.append(w("trPr", *properties))
    for cell in cells:
        made.append(_cell(row, cell, wide, last_head, fill))
    return made


def _cell(
    row: html.HtmlElement,
    cell: Cell,
    wide: Sequence[int],
    last_head: bool,
    fill: Fill,
) -> Any:
    classes = cell.element.get("class", "").split()
    head = _is_head(row)
    width = sum(wide[cell.column : cell.column + cell.columns])
    line = last_head or ("span" in classes and head) or (head and cell.above and not cell.below)
    properties = w(
        "tcPr",
        w("tcW", w=str(width), type="dxa"),
        w("gridSpan", val=str(cell.columns)) if cell.columns > 1 else None,
        w("vMerge") if cell.above else w("vMerge", val="restart") if cell.below else None,
        w("tcBorders", w("bottom", val="single", sz="4", space="0", color="auto"))
        if line
        else None,
        w("vAlign", val="bottom") if head else None,
    )
    if cell.above:
        return w("tc", properties, *fill(html.Element("td"), "text", 0))
    kind = "number" if "num" in classes else "text"
    levels = [LEVELS.get(name, 0) for name in row.get("class", "").split()]
    level = max(levels, default=0) if cell.column == 0 else 0
    return w("tc", properties, *fill(cell.element, f"heading {kind}" if head else kind, level))


def _keep(row: Any, last: bool) -> None:
    """Keep the paragraphs of a row on one page with the next row."""
    if last:
        return
    for properties in row.iter(f"{{{row.nsmap['w']}}}pPr"):
        properties.insert(1, w("keepNext"))


def _widths(grid: Sequence[Sequence[Cell]], width: int) -> list[int]:
    """Return the widths of the columns: the longest word at least, more where texts are longer."""
    least, wanted = _needs(grid)
    if not least:
        return [width]
    if sum(least) >= width:
        return _scaled(least, width)
    if sum(wanted) <= width:
        spare = width - sum(wanted)
        return [wanted[0] + spare - spare // 2, *wanted[1:]] if len(wanted) > 1 else [width]
    more = [max(1, long - short) for short, long in zip(least, wanted, strict=True)]
    part = (width - sum(least)) / sum(more)
    return [int(short + part * each) for short, each in zip(least, more, strict=True)]


def _scaled(least: Sequence[int], width: int) -> list[int]:
    return [max(1, each * width // sum(least)) for each in least]


def _needs(grid: Sequence[Sequence[Cell]]) -> tuple[list[int], list[int]]:
    """Return how wide each column is at least, and how wide it is wanted."""
    columns = max((cell.column + cell.columns for row in grid for cell in row), default=0)
    least, wanted = [1] * columns, [1] * columns
    for cell, short, long in _measured(grid):
        if cell.columns == 1:
            least[cell.column] = max(least[cell.column], short)
            wanted[cell.column] = max(wanted[cell.column], long)
    for cell, short, long in _measured(grid):
        if cell.columns > 1:
            _stretch(least, cell, short)
            _stretch(wanted, cell, min(long, sum(wanted)))
    size = LETTER
    return [each * size + PADDING for each in least], [each * size + PADDING for each in wanted]


def _stretch(sizes: list[int], cell: Cell, letters: int) -> None:
    columns = range(cell.column, cell.column + cell.columns)
    lacking = letters - sum(sizes[each] for each in columns)
    for each in columns:
        sizes[each] += max(0, -(-lacking // cell.columns))


def _measured(grid: Sequence[Sequence[Cell]]) -> Iterator[tuple[Cell, int, int]]:
    """Yield each cell with the letters of its longest word, and of its text, at most some."""
    for row in grid:
        for cell in row:
            text = "" if cell.above else " ".join(cell.element.text_content().split(" "))
            words = text.split()
            whole = "num" in cell.element.get("class", "") and len(text.split()) < 6
            longest = max((len(word) for word in words), default=1)
            length = len(" ".join(words))
            in_body = cell.element.tag == "td" or cell.element.get("scope") == "row"
            wanted = max(longest, -(-length // 2)) if _is_head(cell.element.getparent()) else length
            yield cell, length if whole and in_body else longest, min(wanted, LONGEST)
