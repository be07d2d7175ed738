"""Printed numbers of the shipped study, recomputed from the raw cells that `trace` names.

Each number is computed anew by `recomputed`, which imports nothing of the workflow and is given the
named cells alone. And no column is named for nothing: the number changes when one of its cells is
taken away (of a median of many, when half of them are), or it is said here why it does not.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import recomputed as own
from raw_cells import Cell, RawCells

from conftest import read_rows

ROOT = Path(__file__).resolve().parents[2]
CLOSE = 1e-9
"""Tolerance: numbers are kept to ten significant digits."""
LOOKED_AT = 10
"""Cells of a column that are taken away one by one."""
BAYLEY, MOTHER, SCAN = "bayley.csv", "one_year_mother.csv", "scan_29w.csv"
LOG, REGISTER, FORM = "contact_log.csv", "mentor_register.xlsx", "mentor_questionnaire.csv"
SCREENING, PEOPLE, TALKS = "screening.csv", "randomisation.csv", "interview_register.csv"
CODING = ["document", "code"]
ITEMS = ["Age days", "Blind", "MDI", "PDI", "BRS"]
QUESTIONS = [
    *("Q1_time", "Q2_firstcontact", "Q3_morale", "Q4_understood", "Q5_bond", "Q6_friend"),
    *("Q7_ethnicity", "Q8_others", "Q9_training", "Q10_support", "Q11_again", "Q12_comment"),
]
SCANNED = ["Gest wk", "Gest d", "Movements 10 min", "Heart rate", "EFW g"]


@dataclass(frozen=True)
class Number:
    """How a number is recomputed, and which columns it looks at without resting on them."""

    compute: Callable[[RawCells], float]
    idle: Mapping[tuple[str, str], str] = field(default_factory=dict)


def idle(file: str, columns: list[str], why: str) -> dict[tuple[str, str], str]:
    """Return columns none of whose cells changes the number, with the reason."""
    return {(file, column): why for column in columns}


ANY_ITEM = "another item of the form says as well that it was filled in"
OTHER_CODER = "the other coder found the theme in the interview as well"

UNIT = "the words that a program kept say what its offsets count, and without them code points do"
KEPT_WORDS = {
    key: why
    for file in ("codings_r1.csv", "codings_r2.csv")
    for key, why in idle(file, ["selected"], UNIT).items()
}


IDLE_CODINGS = {
    key: "another passage of the interviews with the person says it as well"
    for file in ("codings_r1.csv", "codings_r2.csv")
    for key in idle(file, CODING, "")
}


def of_arm(arm: str, file: str, value: Callable, how: Callable, key: str = "Study No") -> Number:
    """Return a summary of the values of an arm."""
    return Number(lambda raw: how(own.values(raw, arm, file, value, key)))


def of_all(file: str, value: Callable, how: Callable) -> Number:
    """Return a summary of the values of all records of a file."""
    return Number(lambda raw: how([v for r in raw[file] if (v := value(r)) is not None]))


def of_randomised(value: Callable, how: Callable) -> Number:
    """Return a summary of the values at baseline of all who were randomised."""

    def compute(raw: RawCells) -> float:
        people = {r.get("Study No") for r in raw[PEOPLE]} - {None}
        mine = [r for r in raw["baseline.csv"] if r.get("record_id") in people]
        return how([v for r in mine if (v := value(r)) is not None])

    return Number(compute)


def with_form(arm: str, file: str, columns: list[str], percent: bool = False) -> Number:
    """Return how many participants of an arm have a form, or their percentage."""

    def compute(raw: RawCells) -> float:
        group = {person for person, alloc in own.allocation(raw).items() if alloc == arm}
        n = len(group & own.has(raw, file, columns))
        return own.share(n, len(group)) if percent else n

    return Number(compute, idle(file, columns, ANY_ITEM))


def answered(question: str, words: set[str], percent: bool = False) -> Number:
    """Return how many gave one of the answers to a question, or their percentage."""

    def compute(raw: RawCells) -> float:
        given = [r[question] for r in raw[FORM] if question in r]
        n = sum(each in words for each in given)
        return own.share(n, len(given)) if percent else n

    return Number(compute)


def visited(least: int, percent: bool = False) -> Number:
    """Return how many mentored women had so many visits, or their percentage."""

    def compute(raw: RawCells) -> float:
        found = own.visits(raw).values()
        n = sum(each >= least for each in found)
        return own.share(n, len(found)) if percent else n

    return Number(compute)


def screened(column: str, word: str) -> Number:
    """Return how many of the log have a word in a column."""
    return Number(lambda raw: own.count(raw, SCREENING, column, word))


def interviewed(role: str, whole: bool = False) -> Number:
    """Return how many people of a role were interviewed, or invited."""

    def compute(raw: RawCells) -> float:
        records = [r for r in raw[TALKS] if r.get("Role") == role and "No" in r]
        return len({r["No"] for r in records if whole or r.get("Status") == "Interviewed"})

    return Number(compute)


def refusals(raw: RawCells) -> int:
    """Return how many of those who were eligible declined."""
    return sum(r.get("Eligible") == "Y" and r.get("Consent") == "N" for r in raw[SCREENING])


def declined(raw: RawCells) -> float:
    """Return the percentage of those asked who declined."""
    return own.share(refusals(raw), own.count(raw, SCREENING, "Eligible", "Y"))


def resigned(raw: RawCells) -> float:
    """Return the percentage of mentors who resigned."""
    return own.share(own.count(raw, REGISTER, "Resigned"), own.count(raw, REGISTER, "Mentor ID"))


def at_risk(months: int) -> Number:
    """Return how many mentors served so many months or longer."""
    return Number(lambda raw: sum(each >= months for each in own.months_served(raw)))


def codes_of(raw: RawCells, name: str = "initiating") -> set[str]:
    """Return the codes of a theme."""
    return own.theme(raw, name)


def coded(*found_twice: str, role: str = "", stage: str = "") -> Number:
    """Return in how many interviews a theme was found; codings ``found_twice`` add none."""
    return Number(
        lambda raw: own.interviews_with(raw, codes_of(raw), role, stage),
        {key: why for file in found_twice for key, why in idle(file, CODING, OTHER_CODER).items()},
    )


def the_one(file: str, key: str, name: str, column: str) -> Number:
    """Return the number in a column of the record of a name."""

    def compute(raw: RawCells) -> float:
        (record,) = (r for r in raw[file] if r.get(key) == name)
        return float(record[column])

    return Number(compute)


def later_mentors(raw: RawCells) -> float:
    """Return how many mentors were interviewed at the later stage: too few to be divided."""
    told = {"Status": "Interviewed", "Role": "Mentor", "Stage": "Later"}
    return sum(all(r.get(name) == text for name, text in told.items()) for r in raw[TALKS])


def people_with(raw: RawCells, role: str, **entry: str) -> set[str]:
    """Return the people of a role, by number, in whose interviews an entry of the book was found.

    ``entry`` says what its rows of the codebook hold.
    """
    book = [r for r in raw["codebook.csv"] if all(r.get(k) == v for k, v in entry.items())]
    codes = {r["code"] for r in book if "code" in r}
    coded = {r.get("document") for _, r in own.passages(raw) if r.get("code") in codes}
    held = [r for r in raw[TALKS] if r.get("Status") == "Interviewed" and r.get("Role") == role]
    return {r["No"] for r in held if "No" in r and r.get("Document") in coded - {None}}


def trusting(raw: RawCells, seen_often: bool) -> int:
    """Return how many women with three visits or more, or fewer, said that trust grew."""
    entry = {"theme": "relationship", "category": "bond", "code": "bond_trust"}
    numbers = people_with(raw, "Woman", **entry)
    people = {r.get("Study No"): 0 for r in raw[PEOPLE]}
    for record in raw[LOG]:
        took_place = record.get("Mode") == "H" and record.get("Outcome") == "1"
        if took_place and record.get("Study No") in people:
            people[record["Study No"]] += 1
    those = {r.get("Study No") for r in raw[TALKS] if r.get("No") in numbers} - {None}
    return sum((people[who] >= 3) == seen_often for who in those if who in people)


MEAN, SD = statistics.fmean, statistics.stdev
AGE = own.number("age")


def minutes(record: own.Record) -> float | None:
    """Return how long a home visit took that took place."""
    held = record.get("Mode") == "H" and record.get("Outcome") == "1"
    return float(record["Mins"]) if held and "Mins" in record else None


MATERIAL: dict[str, Number] = {
    "conduct#observer_blind/n": Number(lambda raw: own.count(raw, BAYLEY, "Blind", "Y")),
    "conduct#observer_blind/denominator": Number(lambda raw: own.count(raw, BAYLEY, "Blind")),
    "conduct#expected_before_interviews/n": Number(
        lambda raw: sum(
            own.day(r["Date"]) > own.day("06/09/2004")
            for r in raw[TALKS]
            if "Date" in r and r.get("Status") == "Interviewed"
        )
    ),
    # effects
    "estimates#unadjusted.bsid_mdi/estimate": Number(
        lambda r: own.difference(r, BAYLEY, own.number("MDI"))
    ),
    "estimates#unadjusted.bsid_mdi/lower": Number(
        lambda r: own.welch(r, BAYLEY, own.number("MDI"), -1)
    ),
    "estimates#unadjusted.bsid_mdi/upper": Number(
        lambda r: own.welch(r, BAYLEY, own.number("MDI"), 1)
    ),
    "estimates#unadjusted.sf36_mh/estimate": Number(
        lambda r: own.difference(r, "sf36.csv", own.mental_health)
    ),
    "estimates#unadjusted.bsid_pdi/estimate": Number(
        lambda r: own.difference(r, BAYLEY, own.number("PDI"))
    ),
    "estimates#unadjusted.bsid_behaviour/estimate": Number(
        lambda r: own.difference(r, BAYLEY, own.number("BRS"))
    ),
    # arms
    "arms#gestation.control/mean": of_arm("C", "births.csv", own.weeks, MEAN),
    "arms#efficacy.peer_mentoring/mean": of_arm("PM", MOTHER, own.EFFICACY, MEAN),
    "arms#mental_delay.control/events": of_arm("C", BAYLEY, own.delayed, sum),
    "arms#bsid_mdi.control/mean": of_arm("C", BAYLEY, own.number("MDI"), MEAN),
    "arms#bsid_mdi.peer_mentoring/sd": of_arm("PM", BAYLEY, own.number("MDI"), SD),
    "arms#bsid_mdi.control/n_with_data": of_arm("C", BAYLEY, own.number("MDI"), len),
    "arms#smoker.control/events": of_arm("C", MOTHER, own.yes("Smoker"), sum),
    "arms#smoker.control/percent": of_arm(
        "C", MOTHER, own.yes("Smoker"), lambda v: 100 * statistics.fmean(v)
    ),
    # baseline
    "summaries#baseline.age_years.all/mean": of_randomised(AGE, MEAN),
    "summaries#baseline.age_years.control/mean": of_arm(
        "C", "baseline.csv", AGE, MEAN, "record_id"
    ),
    "summaries#baseline.age_years.control/sd": of_arm("C", "baseline.csv", AGE, SD, "record_id"),
    "summaries#baseline.smoking.current.all/percent": of_randomised(
        own.yes("smoker", "2"), lambda v: 100 * statistics.fmean(v)
    ),
    "summaries#baseline.ethnic_group.white.control/n": of_arm(
        "C", "baseline.csv", own.yes("ethnicity", "1"), sum, "record_id"
    ),
    # flow
    "summaries#flow.eligible/n": screened("Eligible", "Y"),
    "summaries#flow.declined/n": Number(refusals),
    "summaries#flow.declined/percent": Number(declined),
    "summaries#flow.randomised/n": Number(lambda r: own.count(r, PEOPLE, "Study No")),
    "summaries#flow.allocated.control/n": Number(lambda r: len(own.allocation(r))),
    "summaries#flow.followed_up.control/n": with_form("C", BAYLEY, ITEMS),
    "summaries#flow.scan.control/percent": with_form("C", SCAN, SCANNED, percent=True),
    "summaries#flow.received.peer_mentoring/percent": visited(1, percent=True),
    # uptake and contacts
    "summaries#uptake.any_visit/n": visited(1),
    "summaries#uptake.three_visits/percent": visited(3, percent=True),
    "summaries#contacts.attempts/n": Number(lambda r: own.count(r, LOG, "Ref")),
    "summaries#contacts.attempts_failed/n": Number(
        lambda r: own.count(r, LOG, "Outcome") - own.count(r, LOG, "Outcome", "1")
    ),
    "summaries#contacts.minutes/median": of_all(LOG, minutes, statistics.median),
    "summaries#contacts.minutes/q1": of_all(LOG, minutes, lambda v: own.quartile(v, 1)),
    "summaries#contacts.visits_per_participant/q3": Number(
        lambda r: own.quartile([*own.visits(r).values()], 3)
    ),
    "summaries#contacts.days_to_first_contact/median": Number(
        lambda r: statistics.median(own.first_contact(r))
    ),
    # providers
    "summaries#providers.resigned/percent": Number(resigned),
    "summaries#providers.resigned.lack_of_time/n": Number(
        lambda r: sum("Resigned" in e and e.get("Reason") == "Lack of time" for e in r[REGISTER])
    ),
    "summaries#providers.months_served/median": Number(
        lambda r: statistics.median(own.months_served(r))
    ),
    "summaries#providers.participants/median": Number(
        lambda r: statistics.median(
            len({*each}) for each in own.per_mentor(r, "mentor_assignments.csv", "Study No")
        )
    ),
    "summaries#providers.hours_per_month_max/maximum": Number(
        lambda r: max(
            float(h) for each in own.per_mentor(r, "mentor_hours.csv", "Hours") for h in each
        )
    ),
    "retention#month_12/at_risk": at_risk(12),
    # questionnaire
    "summaries#questionnaire.completed/n": Number(
        lambda r: sum("ResponseId" in each and len(each) > 1 for each in r[FORM]),
        idle(FORM, QUESTIONS, ANY_ITEM),
    ),
    "summaries#questionnaire.time_issue/n": answered("Q1_time", {"Agree", "Strongly agree"}),
    "summaries#questionnaire.time_issue/percent": answered(
        "Q1_time", {"Agree", "Strongly agree"}, percent=True
    ),
    # interviews
    "summaries#interviews.interviews/n": Number(
        lambda r: sum("Interview" in e and e.get("Status") == "Interviewed" for e in r[TALKS])
    ),
    "summaries#interviews.interviewed.woman/n": interviewed("Woman"),
    "summaries#interviews.interviewed.woman/denominator": interviewed("Woman", whole=True),
    "interviewees#mentor_7/alike": Number(
        later_mentors,
        idle(
            TALKS,
            ["Age", "Visits", "Children", "Age youngest", "Starred"],
            "of five people no two groups of three can be made, whatever these are",
        ),
    ),
    # codes, agreement, quotations, and what stands in several places
    "summaries#codes.initiating/n": coded("codings_r2.csv"),
    "summaries#codes_by_stage.initiating.mentor.early/n": coded(
        *("codings_r1.csv", "codings_r2.csv"), role="Mentor", stage="Early"
    ),
    "summaries#passages.initiating/n": Number(
        lambda r: sum(p.get("code") in codes_of(r) for _, p in own.passages(r))
    ),
    "agreement#initiating/marked_both": Number(
        lambda r: own.marked_by_both(r, codes_of(r)),
        KEPT_WORDS | idle("*.docx", ["text"], UNIT),
    ),
    "agreement#initiating/percent_agreement": Number(
        lambda r: own.share(
            own.agreement(r, codes_of(r))[0] + own.agreement(r, codes_of(r))[3],
            sum(own.agreement(r, codes_of(r))),
        ),
        KEPT_WORDS,
    ),
    "agreement#initiating/kappa": Number(lambda r: own.kappa(r, codes_of(r)), KEPT_WORDS),
    "quotations#q12/quotation": the_one("quotations.csv", "quotation", "12", "quotation"),
    "joint_display#initiating.mentors_contact/n": Number(
        lambda r: len(people_with(r, "Mentor", theme="initiating", category="contact")),
        IDLE_CODINGS,
    ),
    "joint_display#relationship.bond/n": Number(
        lambda r: sum(
            len(people_with(r, role, theme="relationship", category="bond"))
            for role in ("Woman", "Mentor", "Midwife")
        ),
        IDLE_CODINGS,
    ),
    "joint_display#relationship.trust/n": Number(
        lambda r: trusting(r, seen_often=True), idle("codings_r2.csv", CODING, OTHER_CODER)
    ),
    "joint_display#relationship.trust/n_other": Number(
        lambda r: trusting(r, seen_often=False),
        idle("codings_r2.csv", CODING, OTHER_CODER)
        | idle(LOG, ["Study No", "Mode", "Outcome"], "with fewer visits she has fewer than three"),
    ),
    "joint_display#initiating.morale/n": Number(
        lambda r: answered("Q3_morale", {"Agree", "Strongly agree"}).compute(r)
    ),
}
"""The cell of each number: how it is recomputed."""


@pytest.fixture(scope="module")
def trail(moments):
    """Return the function that gives the raw cells which `trace` names of a printed number."""
    from runrecord.graph import load

    from trialtrail.trail.tracing.lookup import find
    from trialtrail.trail.tracing.raw_rows import RawRows
    from trialtrail.trail.tracing.result_cells import ResultCells

    graph = load(moments.results)
    results = ResultCells(RawRows(moments.results))

    def named(printed: str) -> RawCells:
        cells = find(f"results/report/report.pdf#{printed}", graph, results).cells
        return RawCells(
            ROOT,
            [(cell.file, cell.line, cell.column) for cell in cells],
        )

    return named


@pytest.fixture(scope="module")
def printed(moments) -> dict[str, dict[str, str]]:
    """Return the printed numbers by their cells."""
    rows = read_rows(moments.results / "report" / "numbers.csv")
    return {f"{row['table']}#{row['row']}/{row['column']}": row for row in rows}


def test_forty_printed_numbers_of_all_kinds_are_looked_at():
    assert len(MATERIAL) >= 40


@pytest.mark.parametrize("cell", MATERIAL)
def test_a_printed_number_follows_from_the_raw_cells_named(cell, printed, trail):
    known, raw = printed[cell], trail(printed[cell]["id"])
    assert raw.cells
    assert computed(MATERIAL[cell], raw) == pytest.approx(float(known["value"]), rel=CLOSE)


@pytest.mark.parametrize("cell", MATERIAL)
def test_no_raw_cell_is_named_for_nothing(cell, printed, trail):
    number, raw = MATERIAL[cell], trail(printed[cell]["id"])
    whole = computed(number, raw)
    still = {
        column
        for column, cells in raw.columns().items()
        if not any(differs(computed(number, raw.without(some)), whole) for some in parts(cells))
    }
    assert still == {*number.idle}


def parts(cells: list[Cell]) -> Iterator[list[Cell]]:
    """Yield what is taken away of a column: single cells of it, then either half of them.

    A median of many does not move by one.
    """
    for place in range(0, len(cells), max(1, len(cells) // LOOKED_AT)):
        yield [cells[place]]
    middle = (len(cells) + 1) // 2
    yield from (cells[:middle], cells[middle:])


def computed(number: Number, raw: RawCells) -> float:
    """Return the number; not a number where the cells that are left give none."""
    try:
        return float(number.compute(raw))
    except (ArithmeticError, ValueError, LookupError, statistics.StatisticsError):
        return math.nan


def differs(one: float, other: float) -> bool:
    """Return whether two numbers are not the same."""
    return not math.isclose(one, other, rel_tol=1e-12)
