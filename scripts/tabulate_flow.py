"""Tabulate the flow of participants: one row is one box of the CONSORT chart."""

from dataclasses import replace

import pandas as pd

from trialtrail.derive.populations import (
    EXCLUSION,
    LOSS,
    UNSAID,
    WITHDRAWAL,
    WITHDRAWN_ON,
    is_excluded,
    left_early,
)
from trialtrail.record import Rows, run
from trialtrail.results.counts import count_row
from trialtrail.results.takes import KNOWN, UNKNOWN, Takes, write_takes
from trialtrail.tables import is_in, read_table, write_table

from schemas.results.summaries import of_topic, takes_of

FEWEST, MOST = 5, 8
"""People who give a reason of their own before allocation, and most reasons of one stage."""
OTHERS = "Other reasons"
ASSIGNED = "validated:assignments"
PEOPLE, SCREENED = "dataset:participants", "validated:screening"
EVERYBODY, ALL_SCREENED = Takes(PEOPLE, ("participant_id",)), Takes(SCREENED, ("screening_id",))
"""What a count of all randomised, and of all assessed, takes."""


def screening_rows(screening: pd.DataFrame, participants: pd.DataFrame) -> list[dict]:
    """Return the boxes before allocation; what the log does not say of anybody has none."""
    randomised = len(participants)
    total = invited = len(screening)
    rows = [count_row("assessed", "Assessed for eligibility", total, counted=[ALL_SCREENED])]
    asked, said_no = ALL_SCREENED, {"consented": False}
    declined = (~screening["consented"]).fillna(False)
    eligible = pd.Series(True, index=screening.index)
    if screening["eligible"].notna().any():
        eligible = screening["eligible"].fillna(False)
        ineligible = (~screening["eligible"]).fillna(False)
        reasons = screening.get("decline_reason")
        if ineligible.any():
            n = int(ineligible.sum())
            them = Takes(SCREENED, ("eligible",), {"eligible": False})
            rows.append(
                count_row(
                    *("not_eligible", "Not eligible", n, total),
                    counted=[them],
                    out_of=[ALL_SCREENED],
                )
            )
            rows += reason_rows("not_eligible", reasons, ineligible, them, "decline_reason")
        declined &= eligible
        invited = int(eligible.sum())
        asked = Takes(SCREENED, ("eligible",), {"eligible": True})
        said_no |= asked.where
        rows.append(
            count_row(
                *("eligible", "Eligible and invited", invited, total),
                counted=[asked],
                out_of=[ALL_SCREENED],
            )
        )
    if screening["consented"].notna().any():
        n = int(declined.sum())
        them = Takes(SCREENED, ("consented",), said_no)
        rows.append(count_row("declined", "Declined", n, invited, counted=[them], out_of=[asked]))
        reasons = screening.get("decline_reason")
        rows += reason_rows("declined", reasons, declined, them, "decline_reason", FEWEST)
    others = eligible & ~declined & ~in_trial(screening, participants)
    if others.any() and len(rows) > 1 and in_trial(screening, participants).any():
        label = "Eligible, neither declined nor randomised"
        n = int(others.sum())
        each = ("eligible", "consented", "screening_id", "participant_id")
        them = [Takes(SCREENED, each), Takes(PEOPLE, ("screening_id", "participant_id"))]
        rows.append(count_row("not_randomised", label, n, invited, counted=them, out_of=[asked]))
    return [
        *rows,
        count_row(
            *("randomised", "Randomised", randomised, invited), counted=[EVERYBODY], out_of=[asked]
        ),
    ]


def in_trial(screening: pd.DataFrame, participants: pd.DataFrame) -> pd.Series:
    """Return who of the log was randomised, by the number of either side."""
    found = pd.Series(False, index=screening.index)
    for column in ("screening_id", "participant_id"):
        if column in screening and column in participants:
            found |= is_in(screening[column], participants[column])
    return found


def alike_reasons(reasons: pd.Series, fewest: int = 1) -> pd.Series:
    """Return the reasons in one spelling each: the commonest of those that differ in case or space.

    What fewer than ``fewest`` people gave, and what is left when there are more than `MOST`, is
    `OTHERS`; where no reason is recorded, that stands there.
    """
    said = reasons.fillna(UNSAID)
    alike = said.str.casefold().str.split().str.join(" ")
    counts = alike.value_counts()
    order = sorted(counts.index, key=lambda each: (-counts[each], each))
    given = [each for each in order if each != UNSAID]
    named = [each for each in given if counts[each] >= fewest]
    room = MOST - (UNSAID in counts)
    if len(named) + (len(named) < len(given)) > room:
        named = named[: room - 1]
    names = {each: said[alike == each].mode().iloc[0] for each in named} | {UNSAID: UNSAID}
    return alike.map(names).fillna(OTHERS)


def reason_rows(
    stage: str,
    reasons: pd.Series | None,
    those: pd.Series,
    of: Takes,
    column: str,
    fewest: int = 1,
) -> list[dict]:
    """Return one row a reason, the commonest first and `OTHERS` last, as `alike_reasons` has them.

    ``those`` are the people of the stage, which takes ``of``; ``column`` holds their reasons. Where
    no reason is recorded of anybody there are no rows.
    """
    if reasons is None or not reasons[those].notna().any():
        return []
    alike = alike_reasons(reasons[those], fewest)
    counts = alike.value_counts()
    order = sorted(counts.index, key=lambda each: (each == OTHERS, -counts[each], each.casefold()))
    total = int(those.sum())
    return [
        count_row(
            f"{stage}.{place}",
            each,
            int(counts[each]),
            total,
            counted=[with_reason(of, column, reasons[those][alike == each])],
            out_of=[of],
        )
        for place, each in enumerate(order, start=1)
    ]


def with_reason(of: Takes, column: str, spelt: pd.Series) -> Takes:
    """Return what those of ``of`` take who gave a reason, in one of its spellings, or none."""
    words = sorted(spelt.dropna().unique())
    if spelt.isna().any():
        return replace(of, columns=(*of.columns, column), where=of.where | {column: UNKNOWN})
    return replace(of, columns=(*of.columns, column), where=of.where | {column: words})


def by_arm(
    name: str, label: str, those: pd.Series, participants, arms: list[dict], of: Takes
) -> list[dict]:
    """Return how many of all randomised, and of each arm, are among ``those``, who take ``of``."""
    n = int(those.sum())
    rows = [count_row(name, label, n, len(participants), counted=[of], out_of=[EVERYBODY])]
    for arm in arms:
        inside = participants["arm"] == arm["id"]
        n, own = int((those & inside).sum()), {"arm": arm["id"]}
        rows.append(
            count_row(
                *(f"{name}.{arm['id']}", label, n, int(inside.sum())),
                arm=arm["id"],
                counted=[replace(of, where=of.where | own)],
                out_of=[replace(EVERYBODY, where=own)],
            )
        )
    return rows


def with_reasons(
    name: str, label: str, those: pd.Series, column: str, participants, arms, of: Takes
):
    """Return the rows of `by_arm`, and after them one a reason that ``column`` gives, by arm."""
    rows = by_arm(name, label, those, participants, arms, of)
    whole = reason_rows(name, participants.get(column), those, of, column)
    alike = alike_reasons(participants.loc[those, column]) if whole else None
    for row in whole:
        mine = those & (alike == row["label"]).reindex(those.index, fill_value=False)
        them = with_reason(of, column, participants.loc[mine, column])
        rows += by_arm(row["row"], row["label"], mine, participants, arms, them)
    return rows


def last_assignments(participants, assignments, treated: str) -> list[dict]:
    """Return how many of an arm have a last assignment that ended, and one row a reason.

    The last of a participant is the one that began last. Empty where no end is recorded.
    """
    known = [name for name in ("ended_on", "end_reason") if name in assignments]
    mine = participants.loc[participants["arm"] == treated, "participant_id"]
    rows = assignments[is_in(assignments["participant_id"], mine)]
    last = rows.sort_values("assigned_on", kind="stable").drop_duplicates(
        "participant_id", keep="last"
    )
    ended = last[known].notna().any(axis="columns") if known else pd.Series(False, last.index)
    if not ended.any():
        return []
    them = Takes(ASSIGNED, ("participant_id", "assigned_on", *known))
    whole = Takes(ASSIGNED, ("participant_id",))
    row = count_row(
        *(f"ended.{treated}", "Last assignment ended", int(ended.sum()), len(last)),
        arm=treated,
        counted=[them],
        out_of=[whole],
    )
    reasons = reason_rows("ended", last.get("end_reason"), ended, them, "end_reason")
    return [
        row,
        *(
            count_row(
                *(f"{each['row']}.{treated}", each["label"], each["n"], int(ended.sum())),
                arm=treated,
                counted=[them],
                out_of=[them],
            )
            for each in reasons
        ),
    ]


def tabulate_flow(
    participants, screening, arms, forms, followed_up, treated, assignments=None
) -> pd.DataFrame:
    """Return the flow table: everybody randomised is in it, by arm.

    Who was excluded after randomisation was randomised and allocated; of the others some were
    followed up, and ``not_followed_up`` are the rest. ``forms`` maps each follow-up form to its
    label; ``followed_up`` names the form that defines the follow-up; ``treated`` is the arm whose
    uptake is counted, where there is a contact log, and whose ``assignments`` to providers ended.
    """
    total = len(participants)
    rows = (
        screening_rows(screening, participants)
        if screening is not None
        else [count_row("randomised", "Randomised", total, counted=[EVERYBODY])]
    )
    for arm in arms:
        size = int((participants["arm"] == arm["id"]).sum())
        label = f"Allocated to {arm['label']}"
        rows.append(
            count_row(
                *(f"allocated.{arm['id']}", label, size, total),
                arm=arm["id"],
                counted=[replace(EVERYBODY, where={"arm": arm["id"]})],
                out_of=[EVERYBODY],
            )
        )
    if participants["arm"].isna().any():
        n = int(participants["arm"].isna().sum())
        them = replace(EVERYBODY, where={"arm": UNKNOWN})
        rows.append(
            count_row(
                *("arm_unknown", "Randomised, arm not known", n, total),
                counted=[them],
                out_of=[EVERYBODY],
            )
        )
    left_out = is_excluded(participants)
    if left_out.any():
        label = "Excluded after randomisation"
        them = Takes(PEOPLE, (EXCLUSION,), {EXCLUSION: KNOWN})
        rows += with_reasons("excluded", label, left_out, EXCLUSION, participants, arms, them)
    if treated and "visits" in participants:
        got = participants[participants["arm"] == treated]["visits"] > 0
        label, n = "Received the intervention", int(got.sum())
        own = {"arm": treated}
        rows.append(
            count_row(
                *(f"received.{treated}", label, n, len(got)),
                arm=treated,
                counted=[Takes(PEOPLE, ("visits",), own | {"visits": {"gt": 0}})],
                out_of=[replace(EVERYBODY, where=own)],
            )
        )
    if treated and assignments is not None:
        rows += last_assignments(participants, assignments, treated)
    analysed = {EXCLUSION: UNKNOWN} if EXCLUSION in participants else {}
    for form, label in forms.items():
        has = participants[f"has_{form}"].astype(bool) & ~left_out
        them = Takes(PEOPLE, (f"has_{form}",), {f"has_{form}": True} | analysed)
        rows += by_arm(form, label, has, participants, arms, them)
    gone = left_early(participants) & ~left_out
    seen = pd.Series(False, index=participants.index)
    if followed_up:
        mark = "followed_up" if "variable" in followed_up else f"has_{followed_up['form']}"
        seen = participants[mark].astype(bool) & ~left_out
        them = Takes(PEOPLE, (mark,), {mark: True} | analysed)
        label = followed_up["label"]
        rows += by_arm("followed_up", label, seen, participants, arms, them)
        missed = ~seen & ~left_out
        them = Takes(PEOPLE, (mark,), {mark: False} | analysed)
        rows += by_arm("not_followed_up", "not observed", missed, participants, arms, them)
    says = tuple(name for name in (WITHDRAWN_ON, WITHDRAWAL) if name in participants)
    if gone.any():
        them = Takes(PEOPLE, says, analysed)
        if len(says) == 1:
            them = replace(them, where={says[0]: KNOWN} | analysed)
        rows += with_reasons("withdrawn", "withdrawn", gone, WITHDRAWAL, participants, arms, them)
    if followed_up and (gone.any() or LOSS in participants):
        lost = ~seen & ~gone & ~left_out
        stayed = dict.fromkeys(says, UNKNOWN) | analysed
        them = Takes(PEOPLE, (mark, *says), {mark: False} | stayed)
        label = "lost to follow-up"
        rows += with_reasons("lost", label, lost, LOSS, participants, arms, them)
    return of_topic("flow", rows)


def main(job):
    """Read the participants and the screening log; write the flow."""
    participants = read_table(job.input.participants)
    screening = read_table(job.input.screening[0]) if job.input.get("screening") else None
    table = tabulate_flow(
        participants,
        screening,
        job.params.arms,
        job.params.forms,
        job.params.followed_up,
        job.params.treated,
        read_table(job.input.assignments[0]) if getattr(job.input, "assignments", None) else None,
    )
    write_table(table, job.output.table)
    write_takes(job.output.takes, takes_of(table))
    return {"participants": Rows(read=len(participants), used=len(participants))}


run(main, globals())
