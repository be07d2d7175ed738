"""Write ``docs/performance.md`` and its plots from what the benchmarks measured.

    python -m benchmarks.render

Every figure of the page is computed here from ``benchmarks/results/*.json``; a test holds the page
against them.
"""

from __future__ import annotations

import json
import math
import re
import statistics
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.checkout import RESULTS, ROOT

PAGE, PICTURES = ROOT / "docs" / "performance.md", ROOT / "docs" / "pictures"
STAGES = ("validate", "derive", "analyse", "themes", "combine", "report", "audit")
SCENARIOS = {
    "cold": "cold run",
    "second": "second run, nothing to do",
    "cell": "one raw cell changed",
    "comment": "one comment changed",
    "parameter": "one parameter changed",
}
NAMES = {
    "default": "this workflow, as it ships",
    "stock": "the same, Snakemake's local executor",
    "floor": "one process (the floor)",
    "snakemake --version": "`snakemake --version`",
}
STOPS = {
    "headings": "columns that the configuration does not know",
    "dates": "40 columns of dates in another form",
    "keys": "a long file where a row a participant is expected",
    "texts": "words in 20 columns of numbers",
    "limits": "20 columns of numbers beyond their limits",
    "half": "words in half of the cells of 20 columns of numbers",
    "all": "all of these at once, but the half",
}
INSTALLS = {
    "checkout": "a clone and its set-up, from the lock",
    "pip": "the wheels by pip",
    "uv": "the wheels by uv",
    "uvx": "the wheels by uvx",
    "image": "the steps of the Dockerfile, by chroot",
}
CACHES = {"none": "nothing", "warm": "all"}
LONG = {"women": "participants", "transcripts": "transcripts", "outcomes": "outcomes"}
SLIGHT = 0.05
"""A stage that takes less than this many seconds at the second largest size has no exponent."""


def load(name: str) -> dict[str, Any] | None:
    """Return what a benchmark measured; None where it has not been run."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a table in Markdown, the first column to the left and the others to the right."""
    heading = list(heading)
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" + "---:|" * (len(heading) - 1)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def seconds(value: float | None) -> str:
    """Return seconds with as many decimals as the measurement bears."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 2 else f"{value:.2f}"


def about(found: dict[str, Any]) -> str:
    """Return the line that says how a section was measured."""
    machine = found["machine"]
    where = f"{machine['cores']} cores, Python {machine['python']}"
    return f"Measured by `{found['command']}` ({where})."


def scenarios(found: dict[str, Any]) -> list[str]:
    """Return the section of the scenarios: medians of the rounds, and the ratios within a round."""
    rounds = found["rounds"]

    def median(name: str, scenario: str) -> float | None:
        values = [each[name][scenario] for each in rounds if scenario in each.get(name, {})]
        return statistics.median(values) if values else None

    names = [name for name in NAMES if any(name in each for each in rounds)]
    rows = [
        [NAMES[name], *(seconds(median(name, scenario)) for scenario in SCENARIOS)]
        for name in names
    ]
    return [
        "## A run, and runs after a change",
        "",
        f"Seconds, {_of_rounds(rounds)}. {about(found)}",
        "",
        *table(["way", *SCENARIOS.values()], rows),
        f"Ratios within a round, {_of_rounds(rounds)}: {'; '.join(_ratios(rounds))}.",
        "",
        *_where_it_goes(*(median("default", what) for what in ("cold", "layout", "work"))),
    ]


def _ratios(rounds: list[dict[str, dict[str, float]]]) -> list[str]:
    """Return the ratios that have a target, of the ways that were measured, and which missed."""
    told = []
    for text, one, other, scenario, met in (
        ("a cold run takes {} times the floor (target 1.0)", "default", "floor", "cold", 1.0),
        (
            "stock local execution takes {} times a cold run (target 3)",
            "stock",
            "default",
            "cold",
            3,
        ),
        (
            "a run with nothing to do takes {} times `snakemake --version` (target 2)",
            "default",
            "snakemake --version",
            "second",
            2.0,
        ),
    ):
        found = [
            each[one][scenario] / each[other][scenario]
            for each in rounds
            if {one, other} <= each.keys()
        ]
        if not found:
            continue
        ratio = statistics.median(found)
        good = ratio >= met if one == "stock" else ratio <= met
        told.append(text.format(f"{ratio:.2f}") + ("" if good else ", missed"))
    return told


def _where_it_goes(cold: float | None, layout: float | None, work: float | None) -> list[str]:
    """Return what a cold run spends its time on, as far as its records tell."""
    if not (cold and layout and work):
        return []
    return [
        f"Of the {seconds(cold)} seconds of a cold run, {seconds(layout)} are the layout of the "
        "PDF: one job, which waits for all tables and leaves one core idle meanwhile. The work of "
        f"all other jobs is {seconds(work - layout)} seconds, on as many cores as there are. What "
        "is left is the start of Snakemake and of the warm interpreter, which imports the "
        "libraries while the rules are read, and two processes a job: one that is confined, and "
        "one that keeps its record. The floor has neither.",
        "",
    ]


def _of_rounds(rounds: list) -> str:
    return f"medians of {len(rounds)} rounds" if rounds[1:] else "of a single round"


def by_stage(size: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return of each stage the seconds of its jobs, the most memory of one, and its table."""
    stages: dict[str, dict[str, float]] = {}
    for rule in size["rules"].values():
        stage = stages.setdefault(rule["stage"], {"work": 0, "megabytes": 0, "largest": 0})
        stage["work"] += rule["work"]
        for key in ("megabytes", "largest"):
            stage[key] = max(stage[key], rule[key])
    return {name: stages[name] for name in STAGES if name in stages}


def exponent(one: float, other: float, times: float) -> float | None:
    """Return the power of the size with which the time grew from one size to a larger one."""
    return math.log(other / one) / math.log(times) if one >= SLIGHT else None


def growth(found: dict[str, Any]) -> list[str]:
    """Return the sections of growth: time a stage, exponents, memory."""
    lines = ["## As the study grows", "", about(found) + earlier(found["rounds"]), ""]
    lines += [
        "Seconds of the jobs of each stage, one after the other, without what Snakemake does "
        "around them. The exponent is that of the step from the last size but one to the last.",
        "",
    ]
    for what, label in LONG.items():
        sizes = sorted(
            (each for each in found["rounds"] if each["what"] == what), key=lambda s: s["times"]
        )
        if len(sizes) < 2:
            continue
        stages = [by_stage(size) for size in sizes]
        step = sizes[-1]["times"] / sizes[-2]["times"]
        rows = []
        for name in stages[-1]:
            works = [each.get(name, {"work": 0})["work"] for each in stages]
            power = exponent(works[-2], works[-1], step)
            shown = "–" if power is None else f"{power:.2f}"
            rows.append([name, *map(seconds, works), shown])
        rows.append(["whole run, on the clock", *(seconds(s["seconds"]) for s in sizes), ""])
        heading = ["stage", *(f"× {size['times']:,}" for size in sizes), "exponent"]
        lines += [f"### {label.capitalize()}", "", *table(heading, rows)]
        lines += [f"![Seconds a stage against {label}](pictures/growth_{what}.svg)", ""]
        if what == "women":
            lines += memory(sizes)
    return lines


def earlier(rounds: list[dict[str, Any]]) -> str:
    """Return a sentence that says so where an earlier version of the workflow was measured."""
    texts = [path.read_text() for path in sorted((ROOT / "workflow" / "rules").glob("*.smk"))]
    now = {name for text in texts for name in re.findall(r"^\s*rule (\w+):", text, re.MULTILINE)}
    gone = sorted({name for each in rounds for name in each["rules"]} - now)
    if not gone:
        return ""
    return (
        " **It was an earlier version of the workflow**, with rules that this one does not have: "
        f"{', '.join(f'`{name}`' for name in gone)}."
    )


def memory(sizes: list[dict[str, Any]]) -> list[str]:
    """Return the table of memory at the largest size."""
    last = sizes[-1]
    rows = [
        [
            name,
            rule["stage"],
            f"{rule['megabytes']:,.0f}",
            f"{rule['largest']:,.0f}",
            f"{rule['megabytes'] / rule['largest']:.1f}",
        ]
        for name, rule in sorted(last["rules"].items(), key=lambda pair: -pair[1]["megabytes"])
        if rule["largest"] >= 100
    ]
    return [
        f"Memory at × {last['times']:,}: megabytes that a job took beyond what it held when its "
        "work began, and the largest table it read or made, as pandas holds it.",
        "",
        *table(["job", "stage", "most", "largest table", "ratio"], rows),
    ]


def trail(found: dict[str, Any]) -> list[str]:
    """Return the section of what the trail costs."""
    rounds = found["rounds"]

    def ratio(one: str, other: str) -> float:
        return statistics.median(each[one] / each[other] for each in rounds)

    medians = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
    return [
        "## What the trail costs",
        "",
        f"Seconds of a cold run, medians of {len(rounds)} pairs. " + about(found),
        "",
        *table(["run", "seconds"], ([name, seconds(value)] for name, value in medians.items())),
        "Records, digests, confinement and journal cost "
        f"{ratio('tables', 'tables, jobs only'):.2f} times a run whose jobs do their work and "
        "nothing else; the whole audit stage "
        f"{ratio('everything', 'report'):.2f} times a run to the report.",
        "",
    ]


def validation(found: dict[str, Any]) -> list[str]:
    """Return the section of the validation of one large export, beside only reading it."""
    rounds = found["rounds"]
    names = {
        "read": "only reading it",
        "validate": "reading, typing, checking, telling",
        "job": "and writing what the job writes",
    }

    def middle(kind: str, what: str, over: str = "") -> float:
        return statistics.median(
            each[kind][what] / (each[over][what] if over else 1) for each in rounds
        )

    rows = []
    for kind, label in names.items():
        share = statistics.median(each[kind]["megabytes"] / each[kind]["table"] for each in rounds)
        times = middle(kind, "seconds", "read")
        cells = [seconds(middle(kind, "seconds")), f"{times:.1f}"]
        rows.append([label, *cells, f"{middle(kind, 'megabytes'):,.0f}", f"{share:.1f}"])
    first = rounds[0]
    about_it = (
        f"A contact log of {first['rows']:,} rows and 30 columns ({first['file']:,.0f} MB), in "
        f"which {first['job']['findings']:,} cells are wrong; as it was read it takes "
        f"{first['read']['table']:,.0f} MB of memory. {_of_rounds(rounds).capitalize()}. "
    )
    heading = ["", "seconds", "times reading", "most MB", "times the table"]
    targets = "The targets were 3 times the time of reading, and 3 times the size of the table."
    return [
        *("## Validating one large export", "", about_it + about(found), ""),
        *(*table(heading, rows), targets, ""),
    ]


def first_stops(found: dict[str, Any]) -> list[str]:
    """Return the section of the time until an export that is wrong in many cells stops the run."""
    rounds = found["rounds"]
    ways = list(dict.fromkeys(each["way"] for each in rounds))
    rows = []
    for way in ways:
        mine = [each for each in rounds if each["way"] == way]
        middle = statistics.median(each["seconds"] for each in mine)
        counts = [f"{mine[0][key]:,}" for key in ("wrong", "findings", "causes")]
        rows.append([STOPS[way], f"{middle:.1f}", *counts])
    size = f"A file of {rounds[0]['rows']:,} rows and {rounds[0]['columns']:,} columns; seconds of "
    size += f"`snakemake --cores {rounds[0]['cores']} validate` from its start to its end, with "
    size += "the interpreter that the run before has left; where there is none it "
    size += "takes 2 to 3 seconds more. "
    heading = ["what is wrong", "seconds", "cells or rows at fault", "queries", "causes told"]
    return [
        *("## The first stop of a large export", ""),
        size + _of_rounds(rounds[:: len(ways)]).capitalize() + ". " + about(found),
        "",
        *(*table(heading, rows), "The target was 10 seconds.", ""),
    ]


def simulated(found: dict[str, Any]) -> list[str]:
    """Return the section on drawn trials: the same blocks on one core and on two."""
    measured = found["rounds"]
    one, two = (measured["seconds"][f"{cores} cores"] for cores in (1, 2))
    return [
        "## Drawn trials",
        "",
        *table(
            ["trials", "one core", "two cores", "times as fast"],
            [[f"{measured['trials']:,}", seconds(one), seconds(two), f"{one / two:.2f}"]],
        ),
        f"{about(found)} Both made the same table.",
        "",
    ]


def installations(found: dict[str, Any]) -> list[str]:
    """Return the section on installing: from a machine without trialtrail to a report."""
    measured = found["rounds"]
    sizes = [each for each in measured if "wheel" in each]
    rounds = [each for each in measured if "way" in each]
    names = ", ".join(f"{each['wheel']} {each['bytes'] / 1e6:.2f} MB" for each in sizes)
    rows = [
        [
            INSTALLS[each["way"]],
            CACHES[each["cache"]],
            *(f"{each[step]:.0f}" if step in each else "" for step in ("install", "run")),
            f"{each['seconds']:.0f}",
            f"{each['load']:.0f}",
        ]
        for each in rounds
    ]
    heading = ["way", "fetched before", "installing, s", "run, s", "both, s", "load"]
    return [
        *("## From nothing to a report", ""),
        f"The wheels: {names}. Each way begins in a new folder with the study of the tests "
        "(`tests/studies/balance`) and ends with its report; Python and Pango are there before, "
        "for the image Python alone. Load is the number of processes that waited for the "
        f"{found['machine']['cores']} cores when it began: at 2 or less the machine had "
        "little else to do, at ten times as much the seconds say little.",
        "",
        *table(heading, rows),
        about(found),
        "",
    ]


def first_studies(found: dict[str, Any]) -> list[str]:
    """Return the section of first studies: from files of many makers to a report."""
    rounds = found["rounds"]
    rows = []
    for each in rounds:
        stop = f"no: {each['stopped']}" if "stopped" in each else ""
        wrong = str(len(each["wrong"])) if each.get("made") and "wrong" in each else "–"
        lines = str(each.get("lines", "–"))
        run = seconds(each["run"]) if "run" in each else "–"
        cells = [str(each["tries"]) if each["tries"] else stop, str(each["questions"])]
        maker = each["maker"] if each.get("made") else f"{each['maker']}: {each['name']}"
        rows.append([maker, *cells, seconds(each["new"]), run, lines, wrong])
    whole = sum(each["tries"] == 1 for each in rounds)
    heading = ["file of", "tries", "answers", "s of `new`", "s of the run", "lines", "wrong"]
    return [
        *("## First studies", ""),
        "`trialtrail new` on files of many makers, and the run to the report. Each was tried once, "
        "and nothing was mended by hand. The answers of a person are given as options. Files are "
        "drawn with seeds, and wrong is in how many points the study differs from what is right "
        "for the file; those with a name are of packages of R, and their last column is not known. "
        f"{about(found)}",
        "",
        *table(heading, rows),
        f"{whole} of {len(rounds)} came to a report at the first try.",
        "",
    ]


SECTIONS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "scenarios": scenarios,
    "growth": growth,
    "trail_cost": trail,
    "validate": validation,
    "first_stop": first_stops,
    "simulate": simulated,
    "installs": installations,
    "first_studies": first_studies,
}


def page() -> str:
    """Return the page."""
    lines = [
        "# Performance",
        "",
        "`make bench` measures and writes this page; every figure is computed from the files in "
        "`benchmarks/results/` by `python -m benchmarks.render`.",
        "",
    ]
    for name, section in SECTIONS.items():
        if found := load(name):
            lines += section(found)
    return "\n".join(lines).rstrip() + "\n"


def plot(found: dict[str, Any], what: str, label: str) -> None:
    """Draw the seconds of each stage against the size, both on a scale of powers."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "trialtrail", "font.size": 9, "axes.spines.top": False})
    mpl.rcParams["axes.spines.right"] = False
    from matplotlib import pyplot as plt

    sizes = sorted(
        (each for each in found["rounds"] if each["what"] == what), key=lambda s: s["times"]
    )
    figure, axes = plt.subplots(figsize=(6.2, 3.6), layout="constrained")
    times = [size["times"] for size in sizes]
    stages = [by_stage(size) for size in sizes]
    for name in stages[-1]:
        axes.plot(times, [each[name]["work"] for each in stages], marker="o", ms=3, label=name)
    last = max(each["work"] for each in stages[-1].values())
    linear = [last * n / times[-1] for n in times]
    axes.plot(times, linear, color="#999999", ls=":", label="in proportion")
    axes.set(xscale="log", yscale="log", xlabel=f"times as many {label}", ylabel="seconds")
    axes.set_ylim(bottom=0.05)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    path = PICTURES / f"growth_{what}.svg"
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Write the page and the plots."""
    PAGE.write_text(page(), encoding="utf-8")
    if found := load("growth"):
        for what, label in LONG.items():
            plot(found, what, label)


if __name__ == "__main__":
    main()
