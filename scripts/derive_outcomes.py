"""Derive the outcomes: one row is one participant, one outcome and one timepoint."""

import pandas as pd

from trialtrail.configuration.outcome_types import SEXES
from trialtrail.derive.derivation import (
    Derivation,
    LeftOut,
    derive,
    key_of,
    matched,
    write_columns,
)
from trialtrail.derive.populations import EXCLUSION, is_excluded
from trialtrail.derive.scores import score, variables_read
from trialtrail.errors import StudyError
from trialtrail.origins import ASSIGNED
from trialtrail.record import Rows, run
from trialtrail.tables import is_in, lookup, read_tables, write_dataset

from schemas.datasets.outcomes import Outcomes


def scoring(spec: dict, part: dict) -> Derivation:
    """Return the derivation of one outcome's value at one timepoint, with all that it may read."""
    form, variables = part["form"], part["variables"]
    read = variables_read(spec, variables)
    inputs = ["participant_id", *read, *(["completed_on"] if "born" in spec else [])]
    sources = [f"validated:{form}.{name}" for name in inputs]
    for address in (spec.get("sex"), spec.get("born")):
        if address:
            table = address.partition(".")[0]
            sources += [f"validated:{table}.participant_id", f"validated:{address}"]

    def make(**frames: pd.DataFrame) -> pd.Series:
        frame = frames[form].copy()
        if "sex" in spec:
            frame["sex"] = _matched(frame, frames, spec["sex"])
            _check_sex(frame["sex"], spec)
        if "born" in spec:
            born = _matched(frame, frames, spec["born"])
            frame["age_days"] = (frame["completed_on"] - born).dt.days.astype("Int64")
        scored = score(frame, spec, variables)
        _check_binary(scored, spec, form, variables)
        return scored.array

    instrument = spec["instrument"]
    how = "as recorded" if instrument == "value" else instrument
    rule = f"{how} {spec.get('scale') or ''}".rstrip()
    rows = {"outcome": spec["id"], "timepoint": part["timepoint"]}
    inputs = tuple(dict.fromkeys(sources))
    return Derivation("value", inputs, rule, "Value", "", make, where=rows, by=("participant_id",))


def _check_binary(scored: pd.Series, spec: dict, form: str, variables: list[str]) -> None:
    """Refuse a binary outcome that is not 0 or 1 for everybody; its values are not reported.

    Raises:
        StudyError: there are other numbers, which only the data can show.
    """
    if spec.get("kind") == "binary" and not scored.dropna().isin([0, 1]).all():
        raise StudyError(
            f"`{spec['id']}` is measured with {form}.{variables[0]}, which holds other numbers"
            " than 0 and 1",
            where=f"forms.{form}.variables, {variables[0]} in the configuration",
            rule="a binary outcome takes yes or no: `boolean`, or `integer` with 0 and 1",
            remedy="make the variable a `boolean` and say which codes mean that it happened, such"
            ' as `codes: {"1": true, "2": false}`',
        )


def _check_sex(sex: pd.Series, spec: dict) -> None:
    """Refuse a sex that is neither male nor female, where only the data can show it.

    Raises:
        StudyError: there are other words; they are not reported.
    """
    if not sex.dropna().isin(SEXES).all():
        raise StudyError(
            f"`{spec['id']}` takes its `sex` from {spec['sex']}, which holds other words than male"
            " and female",
            where=f"forms, {spec['sex']} in the configuration",
            rule="such a score compares a boy with boys and a girl with girls",
            remedy="say which codes of the variable stand for them, such as `codes: {M: male, F: "
            "female}`",
        )


def derive_outcome(spec: dict, part: dict, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one outcome at one timepoint for every row of its form, scored or not."""
    spine = tables[part["form"]][["participant_id"]].assign(
        outcome=spec["id"], timepoint=part["timepoint"]
    )
    return derive("outcomes", spine, tables, [scoring(spec, part)])


def _matched(frame: pd.DataFrame, tables: dict[str, pd.DataFrame], address: str) -> pd.Series:
    table, _, name = address.partition(".")
    rows = tables[table]
    values = lookup(frame["participant_id"], rows["participant_id"], rows[name])
    return pd.Series(values, index=frame.index)


def of_the_analysed(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the forms without those of participants excluded after randomisation."""
    people = tables["participants"]
    out = people.loc[is_excluded(people), "participant_id"]
    return {
        name: frame[~is_in(frame["participant_id"], out)] if name != "participants" else frame
        for name, frame in tables.items()
    }


ARM = matched("arm", "validated:participants.arm", "participant_id", "outcomes", title="Arm")


def derive_outcomes(outcomes: list[dict], tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return all outcomes, in the order of the plan; ``arm`` comes from the participants."""
    parts = [derive_outcome(o, part, tables) for o in outcomes for part in o["measured"]]
    frame = pd.concat(parts, ignore_index=True)
    frame = derive("outcomes", frame, {"participants": tables["participants"]}, [ARM])
    text = ["participant_id", "arm", "outcome", "timepoint"]
    return frame[[*text, "value"]].astype(dict.fromkeys(text, "string"))


EXCLUDED = "excluded after randomisation"


def assigned(column: str, title: str, rule: str) -> Derivation:
    """Return the entry of a column that the analysis plan gives and no export."""
    return Derivation(column, (), rule, title, "", lambda: None, ASSIGNED)


def excluded_of(form: str) -> LeftOut:
    """Return why records of a form are in no row: their participant is not analysed."""
    return LeftOut(form, EXCLUDED, (f"validated:participants.{EXCLUSION}",), ("participant_id",))


def main(job):
    """Read the forms; write the dataset of outcomes."""
    tables = read_tables(job.input.tables)
    analysed = of_the_analysed(tables)
    frame = Outcomes.validate(derive_outcomes(job.params.outcomes, analysed))
    write_dataset(frame, job.output.parquet, job.output.csv)
    plan = job.params.outcomes
    made = [scoring(spec, part) for spec in plan for part in spec["measured"]]
    named = [
        assigned("outcome", "Outcome", "id of the outcome in the analysis plan"),
        assigned("timepoint", "Timepoint", "timepoint of the form that it was measured with"),
    ]
    forms = list(dict.fromkeys(part["form"] for o in plan for part in o["measured"]))
    write_columns(
        job.output.columns,
        frame,
        [ARM, *named, *made],
        "participants",
        key_of(Outcomes),
        [excluded_of(form) for form in forms],
    )
    counts = {}
    for form in forms:
        read, used = len(tables[form]), len(analysed[form])
        aside = {EXCLUDED: read - used} if used < read else {}
        counts[form] = Rows(read=read, used=used, set_aside=aside)
    return counts


run(main, globals())
