"""The form of the dates of a file: proven by its cells, or said to be open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from trialtrail.exports.dates import CENTURY, read_date
from trialtrail.exports.months import LANGUAGES, month_words

LOOK = re.compile(
    r"[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}(?:[ T,].*)?|(?:19|20)[0-9]{6}"
    r"|[0-9]{1,2}[. -]{0,2}[^\W\d_]{3,10}\.?[ ,-]{0,2}[0-9]{2,4}(?:[ :].*)?"
    r"|[^\W\d_]{3,10}\.? [0-9]{1,2},? [0-9]{4}"
)
"""What may be a whole date, of any form."""
ORDERS = (("%d", "%m", "{y}"), ("%m", "%d", "{y}"), ("{y}", "%m", "%d"))
FORMS = tuple(
    sign.join(order).format(y=year)
    for year in ("%Y", "%y")
    for sign in (".", "/", "-")
    for order in ORDERS
    if not (order[0] == "%m" and sign == ".") and not (order[0] == "{y}" and year == "%y")
)
"""Forms in numbers; nobody writes the month first with points."""
NAMED = (
    "%d.%b.%Y",
    "%d. %b %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d%b%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%b %d %Y",
)
PACKED = ("%Y%m%d",)
MOST = 0.9
"""Share of the filled cells of a column that must be dates."""


RECENT = 40
"""The year of two digits up to which this century is meant where a column has no earlier one."""


@dataclass
class FileDates:
    """How the dates of a file are written.

    Attributes:
        columns: headings of the columns of dates.
        forms: forms for `dates` of the export; none where each date has one reading.
        why: what proves the forms.
        open: headings of columns that two forms fit, with those forms, and nothing proves one.
        months: the language of the names of months; empty for English or numbers.
        last_year: the year after which no year of two digits lies; None where none has two.
        doubts: whole sentences on what was taken and is not proven.
    """

    columns: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    why: str = ""
    open: dict[str, tuple[str, ...]] = field(default_factory=dict)
    months: str = ""
    last_year: int | None = None
    doubts: list[str] = field(default_factory=list)


def is_like_date(text: str) -> bool:
    """Return whether a text may be a whole date."""
    return bool(LOOK.fullmatch(text))


def find_dates(columns: Mapping[str, Mapping[str, int]], told: str = "") -> FileDates:
    """Return how the dates of a file are written.

    Args:
        columns: heading -> {text: cells}, without the texts that mean no value.
        told: the form that somebody has said, in the signs of `strptime`.
    """
    found = FileDates()
    looked = {}
    for heading, counts in columns.items():
        texts = {text: n for text, n in counts.items() if is_like_date(text)}
        if texts and sum(texts.values()) >= MOST * sum(counts.values()):
            looked[heading] = texts
    found.months, words = _language(looked)
    fitting: dict[str, list[str]] = {}
    for heading, texts in looked.items():
        fits = _fitting(texts, words)
        if fits and (len(texts) > 1 or not all(map(str.isdigit, texts))):
            fitting[heading] = fits
    found.columns = list(fitting)
    forms: list[str] = []
    proofs = []
    for heading, fits in fitting.items():
        if len(fits) == 1:
            forms += [fits[0]] if fits[0] not in forms else []
            proofs.append(heading)
    for heading, fits in fitting.items():
        if len(fits) == 1:
            continue
        known = [form for form in fits if form in forms] or [form for form in fits if form == told]
        if len(known) == 1:
            forms += [known[0]] if known[0] not in forms else []
        else:
            found.open[heading] = tuple(fits)
    found.forms = [] if forms in (["%Y-%m-%d"], []) and not found.open else forms
    if proofs:
        found.why = f"each cell of {_some(proofs)} is a date in this form and in no other"
    elif told and told in forms:
        found.why = "as you said"
    _add_last_year(found, looked)
    month_first = any(form.startswith("%m") for form in forms)
    if month_first and any(form.startswith("%d") and "%m" in form for form in forms):
        found.doubts.append(
            "columns of this file have the day first and the month first: where a date can be read"
            " in both ways it becomes a query"
        )
    return found


def _some(headings: list[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in headings[:3])
    return shown + (f" and {len(headings) - 3} more" if len(headings) > 3 else "")


def _fitting(texts: Mapping[str, int], words: Mapping[str, int]) -> list[str]:
    """Return the forms in which most cells of a column are dates, the best alone."""
    total = sum(texts.values())
    read = {}
    for form in (*FORMS, *NAMED, *PACKED):
        cells = 0
        for text, n in texts.items():
            reading = read_date(text, (form,), None, words)
            if not reading.fault or reading.reason == CENTURY:
                cells += n
        if cells >= MOST * total:
            read[form] = cells
    best = max(read.values(), default=0)
    return [form for form, cells in read.items() if cells == best]


def _language(looked: Mapping[str, Mapping[str, int]]) -> tuple[str, Mapping[str, int]]:
    """Return the language of the months that stand in the cells, and its words; English if none."""
    found = {
        word.casefold()
        for texts in looked.values()
        for text in texts
        for word in re.findall(r"[^\W\d_]{3,}", text)
    }
    if found:
        for language in ("en", *LANGUAGES):
            if found <= {word for word in month_words(language)}:
                return ("" if language == "en" else language), month_words(language)
    return "", month_words()


def _add_last_year(found: FileDates, looked: Mapping[str, Mapping[str, int]]) -> None:
    """Take the century by the widest stretch of years in which no date lies, and say so."""
    if not any("%y" in form for form in [*found.forms, *sum(found.open.values(), ())]):
        return
    years = sorted(
        {
            int(match[1])
            for heading in found.columns
            for text in looked[heading]
            if (match := re.search(r"(?<![0-9])([0-9]{2})(?![0-9])\D*$", text))
        }
    )
    if not years:
        return
    gaps = [
        ((after - year - 1) % 100 + 1, year)
        for year, after in zip(years, [*years[1:], years[0]], strict=True)
    ]
    recent = [gap for gap in gaps if gap[1] <= RECENT]
    last = max(recent, key=lambda gap: (gap[0], -gap[1]))[1] if recent else years[-1]
    found.last_year = (2000 if recent else 1900) + last
    found.doubts.append(
        f"the years have two digits, and {found.last_year} is taken for the latest: no date can lie"
        " after it"
    )
