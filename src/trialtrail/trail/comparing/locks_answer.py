"""Compare what two states of a study print where one of them has nothing but its `results.lock`."""

from __future__ import annotations

import html
from typing import Any

from runrecord.digest import json_text

from trialtrail.errors import StudyError
from trialtrail.trail.comparing.answer import DIFFERENT, SAME
from trialtrail.trail.comparing.revisions import State
from trialtrail.trail.results_lock import (
    NAME,
    Moved,
    ResultsLock,
    compare_locks,
    lines_of,
    lock_of,
    read_lock,
)

FORM = "trialtrail-diff-locks/1"
UNKNOWN = "Causes are not known: only what is printed is compared"


def lock_in(state: State) -> ResultsLock:
    """Return what a state of a study prints: by its results, or by its committed lock.

    Raises:
        StudyError: it has neither.
    """
    if state.results is not None and state.results.is_dir():
        return lock_of(state.results)
    if state.lock is None:
        keep = f"commit a {NAME} with each version that is to be compared: trialtrail lock"
        if not state.why:
            raise StudyError(
                f"It has no results and no {NAME}",
                where=state.shown,
                rule="with --locks nothing is run",
                remedy=f"leave --locks out, and it is run; or {keep}",
            )
        raise StudyError(
            f"It has no results, no {NAME}, and cannot be run: {state.why}",
            where=state.shown,
            remedy=keep,
        )
    return read_lock(state.lock.read_text(encoding="utf-8"), f"{state.shown}, {NAME}")


def tell_locks(a: State, b: State, *, form: str = "text", rows: int | None = None) -> int:
    """Print which numbers two states of a study print differently; return the exit code.

    Args:
        a, b: the states.
        form: ``text``, ``json`` or ``markdown``.
        rows: numbers that are told; all where it is None.
    """
    moved = compare_locks(lock_in(a), lock_in(b))
    reasons = [f"{one.shown}: {one.why}" for one in (a, b) if one.why]
    if form == "json":
        print(json_text(_described(moved, a, b, reasons)), end="")
    else:
        between = f"between {a.shown} and {b.shown}"
        lines = [line.replace(f"from {NAME}", between) for line in lines_of(moved, rows)]
        lines = [line.replace(": trialtrail lock --check", " (--rows N, --json)") for line in lines]
        notes = [*reasons, UNKNOWN]
        print("\n".join(_as_markdown(lines, notes) if form == "markdown" else [*lines, *notes]))
    return DIFFERENT if moved.pairs else SAME


def _as_markdown(lines: list[str], notes: list[str]) -> list[str]:
    first, *rest = [html.escape(line, quote=False).replace("@", "@&#8203;") for line in lines]
    told = [f"**{first[:1].upper()}{first[1:].removesuffix(':')}.**", ""]
    told += [f"> **{html.escape(note, quote=False)}.**" for note in notes]
    if rest:
        told += ["", "<details open>", "<summary>What moved</summary>", "", "<pre>", *rest]
        told += ["</pre>", "", "</details>"]
    return told


def _described(moved: Moved, a: State, b: State, reasons: list[str]) -> dict[str, Any]:
    return {
        "form": FORM,
        "a": a.shown,
        "b": b.shown,
        "compared": moved.compared,
        "differ": len(moved.pairs),
        "uncertain": moved.uncertain,
        "causes": None,
        "notes": reasons,
        "numbers": [
            {
                "id": pair.either.id,
                "cell": pair.either.address,
                "what": pair.kind,
                "before": pair.a.printed if pair.a else None,
                "after": pair.b.printed if pair.b else None,
            }
            for pair in moved.pairs
        ],
    }
