"""Write the answer of `trialtrail diff --numbers` for programs."""

from __future__ import annotations

from typing import Any

from trialtrail.trail.about_many import FEWEST
from trialtrail.trail.comparing.cause_groups import RAW, CauseGroup
from trialtrail.trail.comparing.effects import UNPROVEN
from trialtrail.trail.comparing.numbers_answer import NumberDifference, NumbersAnswer, compared
from trialtrail.trail.comparing.numbers_words import headline, warnings
from trialtrail.trail.printed.printed_numbers import BELOW, DIFFER, REWRITTEN, Pair

FORM = "trialtrail-diff-numbers/1"


def as_json(answer: NumbersAnswer) -> dict[str, Any]:
    """Return the answer; numbers are in the order of importance, all others as they come."""
    comparison = answer.whole.comparison
    counts = {kind: len(answer.of_kind(kind)) for kind in DIFFER}
    return {
        "form": FORM,
        "headline": headline(answer),
        "warnings": list(warnings(answer)),
        "a": {"results": comparison.a.shown} | compared(comparison.a),
        "b": {"results": comparison.b.shown} | compared(comparison.b),
        "printed": dict(zip("ab", answer.totals, strict=True)) | {"compared": len(answer.pairs)},
        "differ": len(answer.differences),
        **counts,
        "unexplained": len(answer.unexplained),
        "replays": answer.replays,
        "replay_of_a_differs": answer.unchanged,
        "causes": [_cause(group) for group in answer.groups],
        "numbers": [_number(one) for one in answer.differences],
        "moved_below_the_printed_digits": [_place(pair) for pair in answer.of_kind(BELOW)],
        "written_in_another_way": [_place(pair) for pair in answer.of_kind(REWRITTEN)],
        "of_another_address": [_place(pair) for pair in answer.readdressed],
        "quotations": answer.quotations,
        "cells": answer.cells,
        "files": answer.whole.files,
    }


def _cause(group: CauseGroup) -> dict[str, Any]:
    facts: dict[str, Any] = {"number": group.number, "kind": group.kind, "name": group.name}
    if group.kind == RAW:
        few = group.count < FEWEST and not group.is_whole_file
        facts |= {"export": group.export, "column": group.column or None, "what": group.what}
        facts |= {"changes": None if few else group.count, "fewer_than": FEWEST if few else None}
    return facts | {
        "state": group.state,
        "why": group.why,
        "moves": group.moves,
        "undone_by_others": group.undone,
    }


def _number(one: NumberDifference) -> dict[str, Any]:
    proven = one.how != UNPROVEN
    return _place(one.pair) | {
        "what": one.pair.kind,
        "sections": one.sections,
        "before": one.before,
        "after": one.after,
        "withheld": one.withheld or None,
        "role": one.role or None,
        "change_in_standard_errors": None if one.change is None else float(f"{one.change:.4g}"),
        "note": one.note or None,
        "how": one.how if proven else "not proven",
        "causes": one.causes if proven else [],
        "may_be": [] if proven else one.causes,
        "replayed": one.replayed,
    }


def _place(pair: Pair) -> dict[str, Any]:
    a, b = pair.a, pair.b
    return {
        "id": pair.either.id,
        "cell": pair.either.address,
        "id_in_a": a.id if a else None,
        "cell_in_a": a.address if a else None,
        "id_in_b": b.id if b else None,
        "cell_in_b": b.address if b else None,
    }
