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
        if spec.get("levels"):
            frame[variables[0]] = in_order(frame[variables[0]], spec["levels"])
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


def in_order(values: pd.Series, levels: list[str]) -> pd.Series:
    """Return the place of each category in the order of the levels, from 0."""
    places = {level: place for place, level in enumerate(levels)}
    return values.map(places).astype("Int64")


def exposure_of(spec: dict, part: dict) -> Derivation:
    """Return the derivation of the time in which the events of a count were counted."""
    table, _, name = spec["exposure"].partition(".")
    form = part["form"]
    sources = (
        f"validated:{form}.participant_id",
        f"validated:{table}.participant_id",
        f"validated:{table}.{name}",
    )

    def make(**frames: pd.DataFrame) -> pd.Series:
        return _matched(frames[form], frames, spec["exposure"]).astype("Float64").array

    rows = {"outcome": spec["id"], "timepoint": part["timepoint"]}
    rule = f"{name} of {table}"
    return Derivation(
        "exposure",
        tuple(dict.fromkeys(sources)),
        rule,
        "Exposure",
        "",
        make,
        where=rows,
        by=("participant_id",),
    )


def times_of(spec: dict, part: dict) -> list[Derivation]:
    """Return the derivations of the days to an event and of what ended them.

    The first of the event and the competing events ends the time; of two on one day the one that
    is listed first, and the event before all. Without any, the latest day of ``censor`` does.
    """
    events, ends = [spec["event"], *spec.get("competing", [])], spec["censor"]
    start = "participants.randomised_on" if spec["from"] == "randomised_on" else spec["from"]
    addresses = [start, *events, *ends]
    tables = dict.fromkeys(address.partition(".")[0] for address in addresses)
    sources = tuple(
        dict.fromkeys(
            [
                "validated:participants.participant_id",
                *(f"validated:{table}.participant_id" for table in tables),
                *(f"validated:{address}" for address in addresses),
            ]
        )
    )

    def both(frames: dict[str, pd.DataFrame]) -> tuple[pd.Series, pd.Series]:
        people = frames["participants"]
        days = {
            address: (_matched(people, frames, address) - _matched(people, frames, start)).dt.days
            for address in addresses
        }
        happened = pd.DataFrame({code: days[each] for code, each in enumerate(events, 1)})
        first = happened.min(axis=1)
        code = happened.eq(first, axis=0).fillna(False).idxmax(axis=1).where(first.notna())
        last = pd.DataFrame({each: days[each] for each in ends}).max(axis=1)
        time = first.fillna(last)
        return time, code.where(first.notna(), 0).where(time.notna())

    def time(**frames: pd.DataFrame) -> pd.Series:
        return both(frames)[0].astype("Float64").array

    def event(**frames: pd.DataFrame) -> pd.Series:
        return both(frames)[1].astype("Float64").array

    rows = {"outcome": spec["id"], "timepoint": part["timepoint"]}
    about = {"where": rows, "by": ("participant_id",)}
    why = "0 censored, 1 the event, 2 and more the competing events in their order"
    return [
        Derivation("value", sources, "days to the end of the time", "Value", "", time, **about),
        Derivation("event", sources, why, "Event", "", event, **about),
    ]


def derivations_of(spec: dict, part: dict) -> list[Derivation]:
    """Return all derivations of one outcome at one timepoint."""
    if spec.get("kind") == "time_to_event":
        return times_of(spec, part)
    own = [exposure_of(spec, part)] if "exposure" in spec else []
    return [scoring(spec, part), *own]


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
    return derive("outcomes", spine, tables, derivations_of(spec, part))


def _matched(frame: pd.DataFrame, tables: dict[str, pd.DataFrame], address: str) -> pd.Series:
    table, _, name = address.partition(".")
    rows = tables[table]
    values = lookup(frame["participant_id"], rows["participant_id"], rows[name])
    return pd.Series(values, index=frame.index)


def of_the_analysed(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables without the participants who were excluded after randomisation."""
    people = tables["participants"]
    out = people.loc[is_excluded(people), "participant_id"]
    return {name: frame[~is_in(frame["participant_id"], out)] for name, frame in tables.items()}


ARM = matched("arm", "validated:participants.arm", "participant_id", "outcomes", title="Arm")


def derive_outcomes(outcomes: list[dict], tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return all outcomes, in the order of the plan; ``arm`` comes from the participants."""
    parts = [derive_outcome(o, part, tables) for o in outcomes for part in o["measured"]]
    frame = pd.concat(parts, ignore_index=True)
    frame = derive("outcomes", frame, {"participants": tables["participants"]}, [ARM])
    text = ["participant_id", "arm", "outcome", "timepoint"]
    own = [name for name in OF_KINDS if name in frame]
    return frame[[*text, "value", *own]].astype(dict.fromkeys(text, "string"))


EXCLUDED = "excluded after randomisation"
OF_KINDS = ("event", "exposure")
"""Columns that only outcomes of some kinds fill."""


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
    parts = [(spec, part) for spec in plan for part in spec["measured"]]
    made = [each for spec, part in parts for each in derivations_of(spec, part)]
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
