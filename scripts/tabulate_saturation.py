"""Makes the tables `saturation` (a row a group of people) and `saturation_curve` (a person)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trialtrail.qualitative.codebook import codebook_of, known_codes
from trialtrail.qualitative.codings import register_of
from trialtrail.qualitative.saturation import (
    REACHED,
    base_and_run,
    new_codes,
    people_and_codes,
    random_orders,
    reached_in,
    stopped_at,
)
from trialtrail.record import Rows, run
from trialtrail.results.takes import KNOWN, Takes, takes, write_takes
from trialtrail.tables import read_optional, read_table, write_result

from schemas.results.base import conform
from schemas.results.coding import Saturation, SaturationCurve

ALL = "all"
"""The group of everybody, where no roles are known."""
ANY_CODER, CONSENSUS = "any coder", "consensus"
"""Whose codings count."""


def groups(register: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the groups by name: each role, and each stage of a role that has several.

    Without roles everybody is one group; of nobody there is none.
    """
    if register.empty:
        return {}
    roles = list(dict.fromkeys(register["role"].dropna()))
    if not roles:
        return {ALL: {}}
    found = {}
    for role in roles:
        found[str(role)] = {"role": role}
        stages = list(dict.fromkeys(register.loc[register["role"] == role, "stage"].dropna()))
        if len(stages) > 1:
            found |= {f"{role}.{each}": {"role": role, "stage": each} for each in stages}
    return found


def of_group(register: pd.DataFrame, group: Mapping[str, str]) -> pd.DataFrame:
    """Return the interviews of a group."""
    chosen = pd.Series(True, index=register.index)
    for name, value in group.items():
        chosen &= (register[name] == value).fillna(False)
    return register[chosen]


def assess(used: np.ndarray, settings: Mapping) -> tuple[dict, np.ndarray]:
    """Return what is said of people whose codes are ``used``, and their curve over random orders.

    The curve has a row an order and a column a person: the codes that there are by then.
    """
    new = new_codes(used)
    base, length, threshold = (settings[name] for name in ("base", "run", "threshold"))
    found = base_and_run(new, base, length, threshold)
    status, stopped = stopped_at(new, settings["initial_sample"], settings["stopping"])
    drawn = random_orders(used, settings["orders"], settings["seed"])
    reached = found.status == REACHED
    assessable = len(new) >= base + length
    row = {
        "people": len(used),
        "codes": int(used.any(axis=0).sum()),
        "one_person": int((used.sum(axis=0) == 1).sum()),
        "base": base,
        "run": length,
        "threshold": threshold,
        "needed": base + length,
        "status": found.status,
        "base_codes": found.base_codes,
        "run_codes": found.run_codes,
        "run_percent": found.percent if found.run_codes is not None else None,
        "at": found.at,
        "point": f"{found.at}+{length}" if reached else None,
        "codes_after": int(new[found.at + length :].sum()) if reached else None,
        "orders": settings["orders"],
        "orders_reached": reached_in(drawn, base, length, threshold) if assessable else None,
        "initial_sample": settings["initial_sample"],
        "stopping": settings["stopping"],
        "needed_to_stop": settings["initial_sample"] + settings["stopping"],
        "stopping_status": status,
        "stopped_at": stopped,
    }
    return row, np.cumsum(drawn, axis=1)


def curve(group: str, used: np.ndarray, drawn: np.ndarray, level: float) -> list[dict]:
    """Return a row a person: the codes by then, as held and over the random orders."""
    new = new_codes(used)
    lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return [
        {
            "row": f"{group}.{place + 1}",
            "group": group,
            "place": place + 1,
            "new_codes": int(new[place]),
            "codes": int(new[: place + 1].sum()),
            "mean": float(drawn[:, place].mean()),
            "lower": float(lower[place]),
            "upper": float(upper[place]),
        }
        for place in range(len(new))
    ]


def tabulate_saturation(
    segments: pd.DataFrame,
    register: pd.DataFrame,
    codes: list[str],
    settings: Mapping,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of groups and the table of their curves.

    Args:
        segments: the codings; a code counts in an interview where any of them gives it.
        register: the interviews that were held and have a document.
        codes: the codes of the codebook.
        settings: `qualitative.saturation`, with all its keys.
        level: the share of the random orders that the interval of the curve holds.
    """
    rows, curves = [], []
    for name, group in groups(register).items():
        mine = of_group(register, group)
        used, order = people_and_codes(segments, mine, codes)
        row, drawn = assess(used, settings)
        rows.append({"row": name, **group, **row, "interviews": len(mine), "order": order})
        curves += curve(name, used, drawn, level)
    return pd.DataFrame(rows), pd.DataFrame(curves)


def saturation_takes(register: pd.DataFrame, coded: str, has_register: bool) -> dict:
    """Return what the cells of each group and of its curve take: its interviews and their codes."""
    group_rows, curve_rows = {}, {}
    person = ("document", "role", "number", "interviewed_on")
    for name, group in groups(register).items():
        held = Takes("validated:transcripts", ("document",))
        if has_register:
            held = Takes("validated:interviews", person, {**group, "document": KNOWN})
        given = Takes(coded, ("document", "code"), dict(group))
        group_rows[name] = [
            *takes(("people", "interviews", "order", "status", "stopping_status"), held),
            *takes(
                (
                    *("codes", "one_person", "base_codes", "run_codes", "run_percent", "at"),
                    *("point", "codes_after", "orders_reached", "stopped_at"),
                ),
                given,
                held,
            ),
        ]
        entry = takes(("new_codes", "codes", "mean", "lower", "upper"), given, held)
        for place in range(1, len(of_group(register, group)) + 1):
            curve_rows[f"{name}.{place}"] = entry
    return {"saturation": group_rows, "saturation_curve": curve_rows}


def main(job) -> dict[str, Rows]:
    """Read the codings and the register; write both tables."""
    consensus = read_optional(job.input, "consensus")
    segments = read_table(job.input.segments) if consensus is None else consensus
    codebook, interviews = (read_optional(job.input, name) for name in ("codebook", "interviews"))
    register = register_of(interviews, read_table(job.input.transcripts))
    book = codebook_of(segments["code"]) if codebook is None else codebook
    codes = list(known_codes(book)["code"])
    table, curves = tabulate_saturation(
        segments, register, codes, job.params.settings, job.params.level
    )
    table = table.assign(codings=ANY_CODER if consensus is None else CONSENSUS)
    write_result(conform(table, Saturation), job.output.table)
    write_result(conform(curves, SaturationCurve), job.output.curve)
    coded = "dataset:segments" if consensus is None else "dataset:consensus"
    taken = saturation_takes(register, coded, interviews is not None)
    drawn = set(curves["row"]) if len(curves) else set()
    taken["saturation_curve"] = {
        row: each for row, each in taken["saturation_curve"].items() if row in drawn
    }
    write_takes(job.output.takes, taken)
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
