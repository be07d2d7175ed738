"""Impute the outcomes that are not known, some of the imputations: one row an imputed value."""

import numpy as np
import pandas as pd

from trialtrail.analysis.covariates import as_terms
from trialtrail.analysis.fitted import NotEstimable
from trialtrail.analysis.missing.chained import KINDS, Target, impute
from trialtrail.analysis.missing.reference_based import impute_from_reference
from trialtrail.analysis.plan import BASELINE_VALUE, FROM_REFERENCE, blocks_of
from trialtrail.derive.populations import is_excluded
from trialtrail.record import Rows, run
from trialtrail.tables import read_table, write_table

from schemas.datasets.imputed import Imputed


def analysed(people: pd.DataFrame) -> pd.DataFrame:
    """Return who is in the analysis: everybody randomised and not excluded, by id."""
    chosen = people["participant_id"].notna() & people["arm"].notna() & ~is_excluded(people)
    return people[chosen].set_index("participant_id", drop=False)


def values_of(outcomes: pd.DataFrame, spec: dict, people: pd.DataFrame) -> pd.DataFrame:
    """Return an outcome of each participant, a column a timepoint in their order."""
    rows = outcomes[outcomes["outcome"] == spec["id"]]
    wide = rows.pivot(index="participant_id", columns="timepoint", values="value")
    times = [part["timepoint"] for part in spec["measured"]]
    return wide.reindex(index=people.index, columns=times).astype("float64")


def predictors_of(
    everybody: pd.DataFrame, people: pd.DataFrame, before: pd.Series | None, imputation: dict
) -> np.ndarray:
    """Return the covariates and auxiliary variables as complete terms, covariates first."""
    names = [n for n in imputation["covariates"] if n != BASELINE_VALUE]
    names += imputation["auxiliary"]
    whole = everybody
    if before is not None:
        names = [BASELINE_VALUE, *names]
        whole = everybody.assign(**{BASELINE_VALUE: everybody["participant_id"].map(before)})
    terms, _ = as_terms(whole, names)
    mine = everybody["participant_id"].isin(people["participant_id"])
    ordered = terms[mine].set_axis(everybody.loc[mine, "participant_id"]).reindex(people.index)
    return ordered.to_numpy(dtype=float)


def impute_outcome(
    spec: dict,
    outcomes: pd.DataFrame,
    everybody: pd.DataFrame,
    task: tuple[dict, list[str]],
    draw: tuple[int, np.random.Generator],
) -> np.ndarray:
    """Return the completed values of an outcome, imputations x participants x timepoints after.

    Raises:
        NotEstimable: it cannot be imputed.
    """
    (imputation, arms), (number, rng) = task, draw
    people = analysed(everybody)
    wide = values_of(outcomes, spec, people)
    first = [part["timepoint"] for part in spec["measured"] if not part["follow_up"]]
    after = [time for time in wide if time not in first]
    before = wide[first[0]] if first else None
    values, of_arm = wide[after].to_numpy(), people["arm"].to_numpy(dtype=object)
    predictors = predictors_of(everybody, people, before, imputation)
    if imputation["strategy"] in FROM_REFERENCE:
        places = np.array([arms.index(arm) for arm in of_arm])
        return impute_from_reference(
            values, predictors, places, imputation["strategy"], number, rng, arms
        )
    return impute(Target(values, KINDS[spec["kind"]], predictors, of_arm), arms, number, rng)


def imputed_rows(spec: dict, completed: np.ndarray, wide: pd.DataFrame, first: int) -> pd.DataFrame:
    """Return the imputed values as rows; ``first`` is the number of the first imputation."""
    parts = []
    after = [part["timepoint"] for part in spec["measured"] if part["follow_up"]]
    for place, time in enumerate(after):
        gone = np.flatnonzero(wide[time].isna())
        values = completed[:, gone, place]
        parts.append(
            pd.DataFrame(
                {
                    "outcome": spec["id"],
                    "timepoint": time,
                    "participant_id": np.tile(wide.index.to_numpy()[gone], len(values)),
                    "imputation": np.repeat(np.arange(first, first + len(values)), len(gone)),
                    "value": values.reshape(-1),
                    "note": None,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def refused_rows(spec: dict, reason: str) -> pd.DataFrame:
    """Return a row for each timepoint of an outcome that cannot be imputed, with the reason."""
    after = [part["timepoint"] for part in spec["measured"] if part["follow_up"]]
    return pd.DataFrame(
        {
            "outcome": spec["id"],
            "timepoint": after,
            "participant_id": None,
            "imputation": None,
            "value": None,
            "note": reason,
        }
    )


def main(job):
    """Read outcomes and participants; write the imputed values of a block."""
    outcomes, everybody = read_table(job.input.outcomes), read_table(job.input.participants)
    p = job.params
    sizes = blocks_of(p.imputation)
    first = 1 + sum(sizes[: p.block - 1])
    parts = []
    for spec in p.imputation["outcomes"]:
        # Each outcome has draws of its own, so that one more changes none of the others.
        seed = [p.imputation["seed"], p.block, *spec["id"].encode()]
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        draw = (sizes[p.block - 1], rng)
        try:
            made = impute_outcome(spec, outcomes, everybody, (p.imputation, list(p.arms)), draw)
        except NotEstimable as reason:
            parts.append(refused_rows(spec, str(reason)))
            continue
        wide = values_of(outcomes, spec, analysed(everybody))
        parts.append(imputed_rows(spec, made, wide, first))
    frame = pd.concat(parts, ignore_index=True)[list(Imputed.to_schema().columns)]
    types = dict.fromkeys(("outcome", "timepoint", "participant_id", "note"), "string")
    frame = frame.astype({**types, "imputation": "Int64", "value": "Float64"})
    write_table(Imputed.validate(frame), job.output.imputed)
    return {
        "outcomes": Rows(read=len(outcomes), used=len(outcomes)),
        "participants": Rows(read=len(everybody), used=len(everybody)),
    }


run(main, globals())
