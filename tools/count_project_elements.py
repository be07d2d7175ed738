"""Count what is in projects of programs for qualitative analysis, and what is read and told of it.

    python -m tools.count_project_elements FILE...

One line a file and kind of element. "read" is what some table of a project can give; what a study
does not ask for is told in its own account, `results/tables/project_elements.csv`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.exports.formats import PROJECTS, format_of
from trialtrail.exports.projects.read import project_of

HEADING = "| file | element | found | read | told | why |\n|---|---|---:|---:|---:|---|"


def lines_of(path: Path) -> Iterator[str]:
    """Yield a line of a table in Markdown for each kind of element in a file."""
    spec = {"name": path.stem, "label": path.name}
    kind = format_of(spec)
    if kind not in PROJECTS:
        raise StudyError("This is no project", where=path.name, rule="format", remedy="name one")
    for row in project_of(spec, str(path), kind).account.rows():
        read = sum(count for _, count in row["read"])
        why = "; ".join(f"{count}: {reason}" for reason, count in row["told"])
        counts = f"{row['found']} | {read} | {row['found'] - read}"
        yield f"| {path.name} | {row['element']} | {counts} | {why} |"


def main(arguments: Sequence[str]) -> int:
    """Print the table; a file that cannot be read is named, and the others are counted."""
    print(HEADING)
    failed = False
    for name in arguments:
        try:
            print("\n".join(lines_of(Path(name))))
        except StudyError as error:
            failed = True
            print(error.text(), file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
