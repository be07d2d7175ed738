"""Figures and tables that were published, as data for the generator.

Sources: Murphy et al., BMC Health Serv Res 2008;8:46 (Q) and Cupples et al., Arch Dis Child
2011;96:252-8 (T). Totals of Q's flow chart and text; Table 1 of Q (interviewees); whom Q
attributes its 30 quotations to; the mean differences of T's abstract.
"""

from datetime import date
from typing import NamedTuple

SCREENED, DECLINED, CONTROL, MENTORED = 534, 191, 171, 172
NO_VISIT, ONE_OR_TWO_VISITS, THREE_OR_MORE_VISITS = 43, 44, 85
MINORITY_WOMEN, MINORITY_WITHOUT_VISIT = 10, 1
RECRUITMENT = (date(2003, 11, 3), date(2005, 2, 18))
PROGRAMME_END = date(2006, 9, 30)
BAYLEY_ROWS = {"PM": 140, "C": 152}
QUESTIONNAIRES, TIME_AN_ISSUE = 13, 11


class Target(NamedTuple):
    """A published mean difference, as the climb aims at it (inside all three roundings)."""

    difference: float
    half_width: float
    tolerance: float

    @property
    def standardised(self) -> float:
        """The difference over its standard error."""
        return 1.96 * self.difference / self.half_width


# Centres of the region in which difference and both limits round to the printed figures.
TARGETS = {
    "PDI": Target(1.6375, 2.5750, 0.0010),
    "MDI": Target(-0.8100, 1.9700, 0.0020),
    "PF": Target(-5.4250, 6.1500, 0.0060),
    "MH": Target(-1.7750, 4.3500, 0.0060),
}


class InterviewedWoman(NamedTuple):
    """A line of Q's Table 1. `printed` is the number of visits as printed."""

    age: int
    visits: int
    printed: str
    stage: str


class InterviewedMentor(NamedTuple):
    """A line of Q's Table 1; `mentor` is the invented identifier."""

    mentor: str
    age: int
    children: int
    youngest: str
    stage: str
    starred: bool


INTERVIEWED_WOMEN = {
    1: InterviewedWoman(16, 6, "6", "Early"),
    2: InterviewedWoman(29, 6, "6", "Early"),
    3: InterviewedWoman(23, 4, "4", "Early"),
    4: InterviewedWoman(17, 1, "1", "Early"),
    5: InterviewedWoman(19, 3, "3", "Early"),
    6: InterviewedWoman(19, 5, "5", "Early"),
    7: InterviewedWoman(30, 2, "2", "Early"),
    8: InterviewedWoman(20, 0, "0", "Early"),
    9: InterviewedWoman(19, 16, "16", "Later"),
    10: InterviewedWoman(25, 14, "14", "Later"),
    11: InterviewedWoman(22, 23, ">20", "Later"),
}
INTERVIEWED_MENTORS = {
    1: InterviewedMentor("M03", 23, 2, "2", "Early", True),
    2: InterviewedMentor("M05", 36, 2, "4", "Early", False),
    3: InterviewedMentor("M08", 26, 1, "7", "Early", False),
    4: InterviewedMentor("M02", 33, 4, "2", "Early", False),
    5: InterviewedMentor("M11", 34, 2, "9", "Early", True),
    6: InterviewedMentor("M09", 33, 4, "2", "Early", False),
    7: InterviewedMentor("M12", 25, 1, "2.5", "Later", False),
    8: InterviewedMentor("M17", 27, 2, "0.75", "Later", False),
    9: InterviewedMentor("M19", 29, 1, "1.3", "Later", True),
    10: InterviewedMentor("M21", 25, 2, "1", "Later", False),
    11: InterviewedMentor("M14", 31, 2, "2", "Later", False),
}


class Attribution(NamedTuple):
    """To whom, and under which theme, a quotation was printed."""

    theme: str
    sub_theme: str
    role: str
    number: int
    stage: str


_CONTACT = ("initiating", "initial contact")
_ROLE = ("initiating", "understanding of the role")
_BOND = ("relationship", "")
_ETHNICITY = ("external", "ethnicity")
_OTHERS = ("external", "involvement of others")
_TIME = ("external", "time constraints")

# Woman 3 is printed as 'later' although Table 1 has her as early: kept as printed.
ATTRIBUTIONS = {
    number: Attribution(*theme, *speaker)
    for number, (theme, speaker) in enumerate(
        [
            (_CONTACT, ("mentor", 1, "early")),
            (_CONTACT, ("mentor", 2, "early")),
            (_CONTACT, ("midwife", 1, "early")),
            (_CONTACT, ("mentor", 7, "later")),
            (_ROLE, ("woman", 1, "early")),
            (_ROLE, ("mentor", 4, "early")),
            (_ROLE, ("woman", 1, "early")),
            (_ROLE, ("midwife", 1, "early")),
            (_ROLE, ("midwife", 1, "early")),
            (_BOND, ("mentor", 4, "early")),
            (_BOND, ("mentor", 5, "early")),
            (_BOND, ("woman", 3, "later")),
            (_BOND, ("woman", 3, "later")),
            (_BOND, ("midwife", 2, "early")),
            (_BOND, ("mentor", 4, "early")),
            (_BOND, ("mentor", 6, "early")),
            (_BOND, ("midwife", 1, "early")),
            (_ETHNICITY, ("mentor", 8, "later")),
            (_ETHNICITY, ("mentor", 3, "early")),
            (_ETHNICITY, ("mentor", 8, "later")),
            (_OTHERS, ("mentor", 6, "early")),
            (_OTHERS, ("mentor", 7, "later")),
            (_OTHERS, ("mentor", 4, "early")),
            (_OTHERS, ("mentor", 1, "early")),
            (_OTHERS, ("woman", 1, "early")),
            (_OTHERS, ("mentor", 7, "later")),
            (_OTHERS, ("mentor", 5, "early")),
            (_OTHERS, ("woman", 3, "later")),
            (_TIME, ("mentor", 7, "later")),
            (_TIME, ("mentor", 2, "early")),
        ],
        start=1,
    )
}
