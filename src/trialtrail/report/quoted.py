"""The quotations of a report, and those for which it is not made: where each would have stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lxml import html
from markupsafe import Markup

from trialtrail.errors import StudyError
from trialtrail.report.formatting import as_quoted
from trialtrail.report.views import RowView

RULE = (
    "a quotation is a passage of a transcript with the edits that are told, attributed as the "
    "register has it"
)
REMEDY = (
    "correct the export, its edits or the register; acknowledge a published attribution under "
    "`qualitative.attributions`; decide on flagged words, which results/qualitative/disclosure.csv "
    "lists, in the table `disclosure_decisions`"
)
ANCHOR = "quotation-"
FOLDER = "results/report"
SHOWN = 12
"""Refused quotations that a message tells of; of more it gives the number."""


class Quoted(dict[str, str]):
    """The words of each quotation that is printed, by its row.

    Attributes:
        refused: those among them for which the report is not made.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refused: dict[str, RowView] = {}


def quote(row: RowView, quotations: Quoted) -> Markup:
    """Return a quotation, marked so that it can be followed to its transcript.

    Its words are those that the edits give; its apostrophes are those of print. One that is refused
    is laid out too, so that its page can be named.

    Raises:
        StudyError: its speaker is in no register, or its words in no transcript.
    """
    if row.has("refused"):
        quotations.refused[row.id] = row
    elif row.raw("printable").lower() != "true":
        raise StudyError(
            f"the quotation `{row.id}` is not printed: it is not verbatim in its transcript, or "
            "its interview is not in the register",
            rule="a quotation in the report stands in a transcript, word by word",
            remedy="leave it out, or mend its offsets",
        )
    quotations[row.id] = as_quoted(row.raw("text"))
    opening = Markup('<q data-quotation="{0}" id="{1}{0}">').format(row.id, ANCHOR)
    return opening + quotations[row.id] + Markup("</q>")


def cited(row: RowView, numbers: Mapping[str, int], *, linked: bool = True) -> Markup:
    """Return what a quotation is called where it is cited: Quotation 7, as a link to its words.

    Its number is that of the study where the study numbers its quotations, and otherwise the place
    among those that are printed. One that is not printed has no words to lead to.

    Args:
        row: the row of the quotation.
        numbers: the places, by row.
        linked: whether it leads to the words; above them it does not.
    """
    own = row.raw("quotation").isdecimal()
    number = row.n("quotation", "d") if own else Markup("{}").format(numbers.get(row.id, ""))
    link = Markup('<a class="cited" href="#{}{}">{}</a>')
    word = link.format(ANCHOR, row.id, "Quotation") if linked and is_shown(row) else "Quotation"
    if own:
        return Markup("{} {}").format(word, number)
    return Markup('{} <span data-allowed="numbering">{}</span>').format(word, number)


def is_shown(row: RowView) -> bool:
    """Tell whether a quotation stands in the report, or would if it were not refused."""
    return row.has("refused") or row.raw("printable").lower() == "true"


def refuse(
    refused: Mapping[str, RowView],
    tree: html.HtmlElement,
    pages: Callable[[], Mapping[str, tuple[str, int]]],
) -> None:
    """End the making of a report with a quotation that may not stand in it.

    Args:
        refused: the quotations, by row.
        tree: the page.
        pages: gives the document and the page on which an anchor stands, by its name.

    Raises:
        StudyError: there is one; each is named with page, section, file and reason. None of the
            words stands in the message.
    """
    if not refused:
        return
    numbered = pages()
    listed = [_told(row, tree, numbered) for row in list(refused.values())[:SHOWN]]
    more = len(refused) - len(listed)
    many = "quotations are" if len(refused) > 1 else "quotation is"
    raise StudyError(
        f"The report is not made: {len(refused)} {many} refused"
        + "".join(f"\n    {line}" for line in listed)
        + (f"\n    and {more} more" if more else ""),
        where="; ".join(dict.fromkeys(_files(refused.values()))),
        rule=RULE,
        remedy=REMEDY,
    )


def _told(row: RowView, tree: html.HtmlElement, pages: Mapping[str, tuple[str, int]]) -> str:
    """Return where a quotation would stand and why it may not, in one line."""
    anchor = f"{ANCHOR}{row.id}"
    sections = tree.xpath("//*[@id=$anchor]/ancestor::section[@id][1]/@id", anchor=anchor)
    at = []
    if anchor in pages:
        document, page = pages[anchor]
        at.append(f"page {page} of {FOLDER}/{document}.pdf")
    at += [f"section `{name}`" for name in sections]
    if row.has("export_file"):
        at.append(f"{row.raw('export_file')}, line {row.raw('export_line')}")
    if row.has("source"):
        place = f"characters {row.raw('start')} to {row.raw('end')}"
        at.append(f"{row.raw('source')}, {place}")
    return f"{row.id}: {row.raw('refused')} ({'; '.join(at)})"


def _files(rows: Iterable[RowView]) -> Iterable[str]:
    for row in rows:
        yield from filter(None, (row.raw("export_file"), row.raw("source")))
