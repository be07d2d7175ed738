"""Changes planted in a copy of a study and of the checkout that it ran from, and what they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from snakemake_runs import run_snakemake

from benchmarks.checkout import sources_of

RAW = "data/trial.csv"
ANSWERS = "data/answers.csv"
LINE_END = "\r\n"
SEALED = "results/lineage/manifest.sha256"


@dataclass(frozen=True)
class Planted:
    """One change.

    Attributes:
        kind, name: of the cause that `trialtrail diff` must find; no name: it must find none.
        plant: makes the change in a folder that holds ``folder`` and ``repository``.
        everything: whether Snakemake does not see it, so that all jobs must be made to run.
        group: kind and name of the cause as `trialtrail diff --numbers` tells it, or several of
            these, where it is not the same; without a participant.
    """

    kind: str
    name: str
    plant: Callable[[Path], None]
    everything: bool = False
    group: tuple = ()

    @property
    def told(self) -> set[tuple[str, str]]:
        """Return kind and name of each cause as `--numbers` tells it; of most changes it is one."""
        if self.group:
            return {*self.group} if isinstance(self.group[0], tuple) else {self.group}
        kind = {"parameter": "configuration"}.get(self.kind, self.kind)
        return {(kind, self.name)} if self.name else set()


def _edited(path: str, old: str, new: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def plant(root: Path) -> None:
        text = (root / path).read_bytes().decode(encoding)
        assert text.count(old) >= 1, f"{path} has no {old!r}"
        (root / path).write_bytes(text.replace(old, new, 1).encode(encoding))

    return plant


def _rows(change: Callable[[list[str]], list[str]]) -> Callable[[Path], None]:
    def plant(root: Path) -> None:
        path = root / "folder" / RAW
        lines = path.read_bytes().decode("cp1252").split(LINE_END)
        path.write_bytes(LINE_END.join(change(lines)).encode("cp1252"))

    return plant


def cell(line: int, participant: str, column: str, value: str) -> Planted:
    """Return the change of one cell; for the key column, ``participant`` is the old key."""

    def change(lines: list[str]) -> list[str]:
        cells = lines[line - 1].split(";")
        assert cells[0] == participant, f"line {line} is not that of {participant}"
        at = lines[0].split(";").index(column)
        assert cells[at] != value, "nothing is changed"
        cells[at] = value
        return [*lines[: line - 1], ";".join(cells), *lines[line:]]

    return Planted(
        "raw",
        f"{RAW}, line {line} ({participant}), column {column}",
        _rows(change),
        group=("raw data", f"{RAW}, column {column}"),
    )


def _setting(name: str, old: str, new: str) -> Planted:
    return Planted("parameter", name, _edited("folder/study.yaml", old, new))


def _code(path: str, old: str, new: str) -> Planted:
    return Planted("code", path, _edited(f"repository/{path}", old, new))


def _records(what: str, change: Callable[[Path], None]) -> Planted:
    """Return a change of whole records, or of how they are written: it names a file alone."""
    name = f"{RAW}, {what}"
    return Planted("raw", name, change, group=("raw data", name))


def _removed(lines: list[str]) -> list[str]:
    return [*lines[:10], *lines[11:]]


def _added(lines: list[str]) -> list[str]:
    # In the middle: every record below moves by a line, and none of them is a change.
    return [*lines[:3], "BT070;B;13.02.2024;70;F;11.0;8.0;12.02.2025;Zoë;.;0", *lines[3:]]


def _swapped(lines: list[str]) -> list[str]:
    return [*lines[:2], lines[5], *lines[3:5], lines[2], *lines[6:]]


def _touched(root: Path) -> None:
    os.utime(root / "folder" / RAW)


ATOMS = {
    "walk": cell(2, "BT001", "Walk 12", "11.0"),
    "walk too": cell(5, "BT004", "Walk 12", "15.0"),
    "sex": cell(3, "BT002", "Sex", "F"),
    "arm": cell(4, "BT003", "Group", "B"),
    "now missing": cell(7, "BT006", "Walk 0", "."),
    "age": cell(8, "BT007", "Age", "67"),
    "ignored column": cell(9, "BT008", "Rater", "Zoë"),
    "key": cell(10, "BT009", "Pat.-Nr.", "BT909"),
    "not timed": cell(13, "BT012", "Walk 12", "."),
    "removed": Planted(
        "raw",
        f"{RAW}, line 11 (BT010), record removed",
        _rows(_removed),
        group=("raw data", f"{RAW}, record removed"),
    ),
    "added": Planted(
        "raw",
        f"{RAW}, line 4 (BT070), record added",
        _rows(_added),
        group=("raw data", f"{RAW}, record added"),
    ),
    "order": _records("order of the records", _rows(_swapped)),
    "layout": _records(
        "the way it is written",
        lambda root: (root / "folder" / RAW).write_bytes(
            (root / "folder" / RAW).read_bytes().replace(b"\r\n", b"\n")
        ),
    ),
    "unit": _setting(
        "forms.baseline.variables[age_years].unit", "label: Age, unit: years", "label: Age, unit: a"
    ),
    "level": _setting(
        "analysis.confidence_level", "analysis:\n", "analysis:\n  confidence_level: 0.9\n"
    ),
    "pooled": _setting(
        "analysis.mean_difference", "analysis:\n", "analysis:\n  mean_difference: pooled\n"
    ),
    "limit": _setting("forms.baseline.variables[age_years].maximum", "maximum: 100", "maximum: 80"),
    "missing code": _setting("missing", 'missing: ["", "."]', 'missing: ["", ".", "10.9"]'),
    "title": _setting("study.title", "A weekly balance class", "A daily balance class"),
    "estimate": _code(
        "src/trialtrail/analysis/two_groups.py",
        "means = group_a.observed.mean(),",
        "means = 1.0 + group_a.observed.mean(),",
    ),
    "digits": _code(
        "src/trialtrail/tables.py", "SIGNIFICANT_DIGITS = 10", "SIGNIFICANT_DIGITS = 6"
    ),
    "script comment": _code("scripts/tabulate_flow.py", '"""', '"""(Read again.) '),
    "rules": _code(
        "workflow/rules/common.smk",
        'STUDY.analysis("confidence_level")',
        "0.8",
    ),
    "lock": Planted(
        "environment",
        "environment",
        _edited("repository/requirements/lock.txt", "\n", "\n# locked again\n"),
        everything=True,
        group=("environment", "the lock file"),
    ),
    "touched": Planted("", "", _touched),
    "comment": Planted(
        "", "", _edited("folder/study.yaml", "study:\n", "# looked through\nstudy:\n")
    ),
    "again": Planted("", "", lambda root: None, everything=True),
}
QUERY = "Q-7e27443f37"
"""The query of the value that `with_an_answer` plants."""


def with_an_answer(root: Path) -> None:
    """Plant in the study a value out of its limits, and a file with the answer to its query."""
    cell(30, "BT029", "Walk 12", "99.0").plant(root)
    answer = f"{QUERY},12.6,A data manager,2026-01-05,seen in the source,99.0"
    lines = ["query_id,new_value,who,when,why,found", answer, ""]
    (root / "folder" / ANSWERS).write_text("\n".join(lines), encoding="utf-8")
    study = root / "folder/study.yaml"
    study.write_text(
        f"{study.read_text('utf-8')}\nvalidation:\n  resolutions: {ANSWERS}\n", encoding="utf-8"
    )


def _answered(value: str) -> Planted:
    return Planted(
        "raw",
        ANSWERS,
        _edited(f"folder/{ANSWERS}", ",12.6,", f",{value},"),
        group=("raw data", f"{ANSWERS}, column new_value"),
    )


IN_A_COMMENT = {
    **ATOMS,
    "answer corrected": _answered("16.9"),
    "answer set aside": _answered("set aside"),
    "answer accepted": _answered("accepted"),
    "codes of a level": _setting(
        "forms.baseline.variables[sex].codes.F", "codes: {F: female,", "codes: {F: male,"
    ),
    "codes of the arms": Planted(
        "parameter",
        "tables.participants.sources[1].codes.arm",
        _edited(
            "folder/study.yaml",
            "arm: {A: leaflet, B: balance_class}",
            "arm: {B: leaflet, A: balance_class}",
        ),
        group=tuple(
            ("configuration", f"tables.participants.sources[1].codes.arm.{code}") for code in "AB"
        ),
    ),
    "label": _setting("forms.baseline.variables[sex].label", "label: Sex", "label: Sex at birth"),
    "decimals": _code(
        "src/trialtrail/report/formatting.py",
        "EFFECT = ((40, 0), (4, 1), (0.04, 2))",
        "EFFECT = ((40, 0), (1, 1), (0.04, 2))",
    ),
    "sections": _code(
        "templates/sections.yaml",
        "{column: words, heading: Words, spec: d}",
        "{column: words, heading: All words, spec: d}",
    ),
    "styles": _code("templates/report.css", "/*", "/* looked through */\n/*"),
    "code comment": Planted(
        "",
        "",
        _edited(
            "repository/src/trialtrail/analysis/two_groups.py",
            "from __future__",
            "# looked through\nfrom __future__",
        ),
    ),
}
"""What may be told in the comment of a pull request."""
COUPLED = {
    "heading": Planted(
        "raw",
        f"{RAW}, line 1, column Walk 0",
        _edited(f"folder/{RAW}", "Walk 0;", "First walk;", "cp1252"),
    ),
    "column": _setting(
        "forms.baseline.variables[walk_before_s].column", "column: Walk 0,", "column: First walk,"
    ),
}
"""Changes of which each alone stops the run."""


def run(root: Path, everything: bool = False) -> None:
    """Run the workflow of ``root/repository`` in ``root/folder`` up to the seal."""
    options = [SEALED, "--cores", "2", "--snakefile", "Snakefile"]
    options += ["--directory", str(root / "folder")]
    options += ["--configfile", str(root / "folder" / "study.yaml")]
    options += ["--forceall"] if everything else []
    around = os.environ | {"PYTHONPATH": sources_of(root / "repository")}
    code, said = run_snakemake(options, root / "repository", around)
    assert code == 0, said
