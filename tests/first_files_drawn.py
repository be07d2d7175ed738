"""What the makers of first files share: what a file is and holds, and the draws of its rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from trialtrail.derive.instruments.offered import ITEM_ORDER, LEVELS

FIRST_DAY = pd.Timestamp("2024-03-04")


@dataclass(frozen=True)
class Truth:
    """What a right study.yaml says of the main file.

    Attributes:
        id: the column that names the participants.
        types: type of a column -> its headings, of those whose type is beyond doubt.
        codes: of a column, the codes that its cells have and what each means.
        missing: cells that mean "no value", beside empty ones.
        units: unit of a column, where its heading or the file says it.
        identifying: columns that have to be withheld.
        repeated: headings of one measure in order of time, by its stem.
        long: the column of timepoints, where a participant has several rows.
        timepoints: its cells in order of time.
        instruments: instruments that are there with all items.
        to_check: columns of which the file does not prove what they are, so that the study has to
            say beside them what somebody should look at.
        dates: form of the dates, where they have one.
        rows: records of the file.
        people: participants with an arm.
    """

    id: str
    types: Mapping[str, Sequence[str]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Sequence[str] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    identifying: Sequence[str] = ()
    repeated: Mapping[str, Sequence[str]] = field(default_factory=dict)
    long: str = ""
    timepoints: Sequence[str] = ()
    instruments: Sequence[str] = ()
    to_check: Sequence[str] = ()
    dates: str = ""
    rows: int = 0
    people: int = 0


@dataclass(frozen=True)
class Answered:
    """What a person answers: at most five questions.

    Attributes:
        arm: the column of the arm.
        reference: the code of the arm that is the reference.
        primary: the primary outcome, a column or a stem.
        timepoint: its primary timepoint; empty where there is but one.
        event: the value that is the event, of an outcome of two values.
        id: the column of the participant; empty where nobody has to say it.
    """

    arm: str
    reference: str
    primary: str
    timepoint: str = ""
    event: str = ""
    id: str = ""

    @property
    def options(self) -> list[str]:
        """Return them as options of the command."""
        names = ("arm", "reference", "primary", "timepoint", "event", "id")
        given = [(name, getattr(self, name)) for name in names]
        return [word for name, text in given if text for word in (f"--{name}", text)]


@dataclass(frozen=True)
class FirstFile:
    """The files of one trial as a program exports them.

    Attributes:
        name: a name for it.
        maker: the program.
        paths: files that are named to the command, the data first.
        answers: what a person answers.
        truth: what a right study.yaml says.
        redcap: a REDCap data dictionary; None where there is none.
    """

    name: str
    maker: str
    paths: Sequence[Path]
    answers: Answered
    truth: Truth
    redcap: Path | None = None

    @property
    def words(self) -> list[str]:
        """Return the words of the command after `trialtrail new`, with the answers."""
        dictionary = ["--redcap", str(self.redcap)] if self.redcap else []
        return [*map(str, self.paths), *dictionary, *self.answers.options]


Maker = Callable[[Path], FirstFile]


# Draws that all makers share


def people(rng: np.random.Generator, n: int, arms: Sequence[str], id_form: str) -> pd.DataFrame:
    """Return n participants, randomised in blocks: id, arm, day, age, sex (0 is female)."""
    order = [arm for _ in range(-(-n // len(arms))) for arm in rng.permutation([*arms])][:n]
    days = np.sort(rng.integers(0, 240, n))
    return pd.DataFrame(
        {
            "id": [id_form.format(i) for i in range(1, n + 1)],
            "arm": order,
            "day": FIRST_DAY + pd.to_timedelta(days, "D"),
            "age": rng.integers(38, 84, n),
            "sex": rng.integers(0, 2, n),
        }
    )


def course(
    rng: np.random.Generator,
    people: pd.DataFrame,
    start: float,
    gains: Sequence[float],
    spread: float,
    better: str,
    decimals: int = 1,
) -> list[pd.Series]:
    """Return a measure of each participant before and at later times; some later ones are missing.

    ``gains`` are the changes from the start in the arm ``better``; the others change half as much.
    """
    level = rng.normal(start, spread, len(people))
    out = [pd.Series(np.round(level + rng.normal(0, spread / 3, len(people)), decimals))]
    gone = np.zeros(len(people), dtype=bool)
    for gain in gains:
        gone |= rng.random(len(people)) < 0.07
        change = np.where(people["arm"] == better, gain, gain / 2)
        values = level + change + rng.normal(0, spread / 3, len(people))
        out.append(pd.Series(np.round(values, decimals)).mask(gone))
    return out


def sf36_answers(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return answers to the 36 items, in the order of the form, a few of them missing."""
    answers = pd.DataFrame(
        {item: rng.integers(1, LEVELS[item] + 1, n) for item in ITEM_ORDER}, dtype="Int64"
    )
    return answers.mask(pd.DataFrame(rng.random(answers.shape) < 0.02, columns=answers.columns))


def texts(values: pd.Series, missing: str = "", decimal: str = ".", decimals: int = 1) -> list[str]:
    """Return numbers as a program writes them."""
    shown = [missing if pd.isna(each) else f"{each:.{decimals}f}" for each in values]
    return [each.replace(".", decimal) for each in shown]


def write_text(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
    before: str = "",
    after: str = "",
    quoting: int = csv.QUOTE_MINIMAL,
) -> Path:
    """Write delimited text; ``before`` and ``after`` are lines that are no records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding=encoding, newline="") as stream:
        stream.write(before)
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
        writer.writerow(header)
        writer.writerows(rows)
        stream.write(after)
    return path


def by_rows(columns: Mapping[str, Sequence[object]]) -> list[list[object]]:
    """Return columns as rows."""
    return [list(row) for row in zip(*columns.values(), strict=True)]


def spelled(
    rng: np.random.Generator, values: Sequence[str], others: Mapping[str, str]
) -> list[str]:
    """Return values of which each twelfth is spelled in another way."""
    odd = rng.random(len(values)) < 0.08
    return [others.get(v, v) if o else v for v, o in zip(values, odd, strict=True)]
