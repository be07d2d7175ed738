"""What people judged of the strands under a theme: fit, meta-inference, second rater, digest.

Fit has the four words of the triangulation protocol (Farmer T, Robinson K, Elliott SJ, Eyles J.
Qual Health Res 2006;16:377-94; O'Cathain A, Murphy E, Nicholl J. BMJ 2010;341:c4587): *agreement*,
*partial agreement*, *silence* (a strand says nothing of the theme where another does) and
*dissonance*. A study may use words of its own instead, as ``verdict``.

A verdict rests on the cells of its queries. Their digest makes it stale when one of them changes. A
verdict that contradicts a pattern registered beforehand is refused, unless it is stale already:
then nobody has given it on these data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trialtrail.errors import StudyError
from trialtrail.qualitative.joint_display.findings import Found, digest_line
from trialtrail.qualitative.joint_display.patterns import FAILS, HOLDS, UNKNOWN
from trialtrail.qualitative.joint_display.queries import STRANDS

AGREEMENT, PARTIAL, SILENCE = "agreement", "partial agreement", "silence"
DISSONANCE = "dissonance"
FITS = (AGREEMENT, PARTIAL, SILENCE, DISSONANCE)
JUDGEMENT = ("by", "on", "why")
"""What a judgement says. (Write `"on"` in quotes: YAML 1.1 takes the bare word for `true`.)"""
CURRENT, STALE, UNSEALED, NOT_JUDGED = "current", "stale", "unsealed", "not judged"
LEAST, LEAST_OF_PATTERNS = 12, 6
"""Characters of the digests that are enough."""
COMMAND = "trialtrail verdicts"


def evidence_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of the numbers and words of findings, by source.

    It changes with a number, a word, or a finding more or less, and not with their order or labels.
    """
    return _digest(map(digest_line, rows))


def pattern_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of the patterns registered of findings, "" where there is none."""
    lines = [f"{row['source']} {row['expect']}" for row in rows if row.get("expect")]
    return _digest(lines) if lines else ""


def sealed_by(evidence: str, patterns: str) -> str:
    """Return what to write as the evidence of a verdict: the beginnings of both digests."""
    return evidence[:LEAST] + (f".{patterns[:LEAST_OF_PATTERNS]}" if patterns else "")


def seal_state(seal: str, evidence: str, patterns: str) -> tuple[str, bool]:
    """Return the state of a seal, and whether it is of the present numbers and words.

    A seal is the digest of the evidence or its first 12 characters and, where patterns are
    registered, a full stop and the first 6 of theirs.
    """
    of_cells, _, of_patterns = seal.removeprefix("sha256:").strip().lower().partition(".")
    if not of_cells:
        return UNSEALED, True
    present = len(of_cells) >= LEAST and evidence.startswith(of_cells)
    if not present:
        return STALE, False
    if patterns and not of_patterns:
        return UNSEALED, True
    enough = len(of_patterns) >= LEAST_OF_PATTERNS if patterns else not of_patterns
    return (CURRENT if enough and patterns.startswith(of_patterns) else STALE), True


def judge(theme: Mapping[str, Any], found: Sequence[Found], *, where: str) -> dict[str, Any]:
    """Return what people judged of the findings of a theme, and whether it is still of them.

    ``state`` is ``current``, ``stale`` (a cell or a pattern that it rests on is another),
    ``unsealed`` (no digest was given) or ``not judged``.

    Raises:
        StudyError: a judgement does not say who, when or why, or contradicts a pattern or what was
            found.
    """
    given = theme.get("convergence") or {}
    chosen = rests_on(given.get("rests_on"), found, where)
    rows = [each.row for each in chosen]
    evidence, patterns = evidence_digest(rows), pattern_digest(rows)
    shown = [row["shown"] for row in rows if "shown" in row]
    kinds = (("holds", HOLDS), ("fails", FAILS), ("unknown", UNKNOWN))
    counted = {name: shown.count(kind) for name, kind in kinds}
    digests = {
        "evidence": evidence,
        "patterns": patterns,
        "seal": sealed_by(evidence, patterns),
    }
    registered = _registered(theme, given, where)
    if not given:
        return digests | counted | registered | {"state": NOT_JUDGED}
    _check_complete(given, where)
    seal = str(given.get("evidence") or "")
    state, present = seal_state(seal, evidence, patterns)
    problem = contradiction(str(given.get("fit") or ""), chosen)
    if problem and present:
        raise _refusal(given["fit"], problem, where)
    judged = {name: str(given[name]) for name in ("verdict", "fit", *JUDGEMENT) if given.get(name)}
    judged["meta_inference"] = str(given.get("meta_inference") or "")
    return (
        digests
        | counted
        | registered
        | judged
        | _second(given, where)
        | {"sealed": seal.removeprefix("sha256:"), "state": state, "contradicts": problem}
    )


def contradiction(fit: str, found: Sequence[Found]) -> str:
    """Return what of the findings a fit contradicts, nothing where it does not.

    Agreement allows no pattern that does not hold, dissonance needs one where any is registered,
    partial agreement one that holds; all three need findings in two strands at least. Silence needs
    a strand without any, and one with some.
    """
    patterned = [each.row for each in found if "shown" in each.row]
    failed = [row for row in patterned if row["shown"] == FAILS]
    held = [row for row in patterned if row["shown"] == HOLDS]
    speaking = [
        s for s in STRANDS if any(each.is_something and each.row["strand"] == s for each in found)
    ]
    if not fit:
        return ""
    if fit == SILENCE:
        if len(speaking) == len(STRANDS):
            return "every strand has findings: " + "; ".join(
                next(told(e.row) for e in found if e.is_something and e.row["strand"] == strand)
                for strand in STRANDS
            )
        return "" if speaking else "no strand has a finding"
    if len(speaking) < 2:
        only = f"the {speaking[0]} alone" if speaking else "no strand"
        return f"{only} has findings, and nothing stands beside them"
    if fit == AGREEMENT and failed:
        return "; ".join(told(row) for row in failed)
    if fit == PARTIAL and patterned and not held and len(failed) == len(patterned):
        return "no registered pattern holds: " + "; ".join(told(row) for row in failed)
    if fit == DISSONANCE and held and len(held) == len(patterned):
        return "all registered patterns hold: " + "; ".join(told(row) for row in held)
    return ""


def told(row: Mapping[str, Any]) -> str:
    """Return a finding for a message: its name, what it found, and what was expected."""
    name = row.get("query") or row["source"]
    text = f"query `{name}` gives {value_in_words(row)}"
    if row.get("shown"):
        text += f", and the registered pattern `{row['expect']}` {row['shown']}"
    return text


def value_in_words(row: Mapping[str, Any]) -> str:
    """Return the numbers of a finding as a message tells them."""
    if row.get("text"):
        return "a quotation"
    if row.get("value") is not None:
        return rounded_in_words(row["value"])
    if row.get("estimate") is not None:
        ends = [row.get("lower"), row.get("upper")]
        limits = "" if None in ends else f" ({' to '.join(rounded_in_words(x) for x in ends)})"
        return rounded_in_words(row["estimate"]) + limits
    if row.get("n") is None:
        return "no number"
    one = _count_in_words(row, "")
    return f"{one} beside {_count_in_words(row, '_other')}" if "n_other" in row else one


def rounded_in_words(number: float) -> str:
    """Return a number with at most four significant digits."""
    return format(number, ".4g")


def _count_in_words(row: Mapping[str, Any], which: str) -> str:
    n, of, share = (row.get(f"{name}{which}") for name in ("n", "denominator", "percent"))
    text = f"{n:g}" + ("" if of is None else f" of {of:g}")
    return text + ("" if share is None else f" ({share:.1f}%)")


def rests_on(names: Sequence[str] | None, found: Sequence[Found], where: str) -> list[Found]:
    """Return the findings that a verdict rests on: those of the queries named, else all.

    Raises:
        StudyError: no query of the theme has such an id.
    """
    if not names:
        return list(found)
    known = {each.row["query"]: each for each in found if each.row["query"]}
    for name in names:
        if name not in known:
            raise StudyError(
                f"the verdict rests on the query `{name}`, which the theme does not have",
                where=where,
                rule="a verdict rests on queries of its theme, by id",
                remedy=f"name some of {', '.join(known)}" if known else "give the queries ids",
            )
    return [known[name] for name in names]


def _check_complete(given: Mapping[str, Any], where: str) -> None:
    missing = [name for name in JUDGEMENT if not given.get(name)]
    if not (given.get("verdict") or given.get("fit")):
        missing.insert(0, "verdict")
    if missing:
        raise StudyError(
            f"the convergence verdict does not say `{missing[0]}`",
            where=where,
            rule="a judgement by people names what, who, when and why",
            remedy=f"give fit (or verdict), {', '.join(JUDGEMENT)}",
        )


def _second(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the judgement of the second rater beside the first.

    Raises:
        StudyError: it is the first rater's, or differs without a reason.
    """
    second = given.get("second")
    if not second:
        return {"raters": "one rater"}
    if str(second["by"]).casefold() == str(given["by"]).casefold():
        raise StudyError(
            "the second rater is the first one",
            where=where,
            rule="a second rater is another person",
            remedy="name who rated it without knowing the first judgement, or take it out",
        )
    same = second["fit"] == given.get("fit")
    if not same and not second.get("why"):
        raise StudyError(
            f"the raters differ ({given.get('fit') or given.get('verdict')}; {second['fit']}), and "
            "nobody says why",
            where=where,
            rule="a difference between raters is told with its reason",
            remedy="give `why` of the second rater",
        )
    told_of = {f"second_{name}": str(second.get(name) or "") for name in ("by", "on", "fit", "why")}
    return told_of | {"raters": "agree" if same else "differ"}


def _registered(theme: Mapping[str, Any], given: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return who registered the patterns of a theme, and when: not after the verdict.

    Raises:
        StudyError: the day is after that of the verdict.
    """
    registered = theme.get("registered")
    if not registered:
        return {}
    on = str(registered["on"])
    if given and given.get("on") and str(given["on"]) < on:
        raise StudyError(
            f"the patterns were registered on {on}, after the verdict of {given['on']}",
            where=where,
            rule="a pattern is registered before anybody judges",
            remedy="correct the day, or take the patterns out: they were no expectation",
        )
    return {"registered_by": str(registered["by"]), "registered_on": on}


def _refusal(fit: str, problem: str, where: str) -> StudyError:
    return StudyError(
        f"the verdict is `{fit}`, and {problem}",
        where=where,
        rule="a verdict does not contradict what was found, nor a pattern registered beforehand",
        remedy="look at the findings again, and give the fit that they have, with its reason; or "
        f"correct the pattern if it was registered wrongly, and seal it anew (`{COMMAND}`)",
    )


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
