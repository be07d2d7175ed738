"""Measure what the layout of a long document costs: seconds and memory by its pages.

    python -m benchmarks.lay_out

A made report of tables with linked numbers is laid out as the PDFs of the report are, each length
in a process of its own. Memory is the most that the process held.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.checkout import ROOT, write_result

LENGTHS = (10, 30, 100, 300)
ROWS = 42
"""Rows of a table that, with its heading and caption, fills a page."""


def page_of(pages: int) -> str:
    """Return a made report of about so many pages."""
    css = (ROOT / "templates" / "report.css").read_text(encoding="utf-8")
    tables = "".join(_table(number) for number in range(pages))
    head = f"<head><title>Made report</title><style>{css}</style></head>"
    return f'<html lang="en-GB">{head}<body><main>{tables}</main></body></html>'


def _table(number: int) -> str:
    def cell(row: int, column: int) -> str:
        name = f"made-{number}.{row}.{column}"
        link = f"../lineage/index.html#number-{name}"
        marked = f'<a class="n" data-n="{name}" href="{link}" id="{name}">{row}.{column}</a>'
        return f'<td class="num">{marked}</td>'

    rows = "".join(
        f'<tr><th scope="row">An outcome of some length, {row}</th>'
        + "".join(cell(row, column) for column in range(6))
        + "</tr>"
        for row in range(ROWS)
    )
    head = (
        '<thead><tr><th scope="col">Outcome</th>'
        + '<th scope="col">Number</th>' * 6
        + "</tr></thead>"
    )
    return (
        f'<section id="s{number}"><h2>Section {number}</h2><div class="table"><table>'
        f"<caption>What was observed.</caption>{head}<tbody>{rows}</tbody></table></div></section>"
    )


def lay_out(pages: int) -> dict[str, float]:
    """Lay a made report out in this process; return its pages, seconds and most megabytes."""
    from trialtrail.report.pdf import pdf_of

    page = page_of(pages)
    fonts = sorted(Path(ROOT / "templates" / "fonts").glob("IBMPlexS*s-*.woff2"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.process_time()
    counted = []
    pdf_of(page, fonts, lambda document, pdf: counted.append(len(document.pages)))
    return {
        "pages": counted[0],
        "seconds": time.process_time() - begun,
        "megabytes_before": before,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure each length in a process of its own, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lengths", type=int, nargs="*", default=LENGTHS)
    parser.add_argument("--one", type=int, help="lay this length out in this process")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(lay_out(options.one)))
        return
    rounds = []
    for length in options.lengths:
        command = [sys.executable, "-m", "benchmarks.lay_out", "--one", str(length)]
        said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        rounds.append(json.loads(said.stdout))
        print(rounds[-1])
    write_result("lay_out", "", rounds)


if __name__ == "__main__":
    main()
