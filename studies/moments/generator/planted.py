"""Planted defects: bad rows that a validation must find.

None changes a published figure once its row is set aside (or, for a note, kept). The lines are
those of the files in studies/moments/data (the header is line 1); README.md there has the same
list.

    bayley.csv:60  Observer not blind (allowed: a note, the row stays)
    bayley.csv:134  Observer not blind (allowed: a note, the row stays)
    bayley.csv:249  Observer not blind (allowed: a note, the row stays)
    births.csv:148  Birth weight 335 g at 39 weeks (a digit lost)
    codings_r1.csv:176  Selected text differs from the transcript in a word
    codings_r2.csv:135  End lies 12 characters beyond the transcript
    contact_log.csv:175  Dated before the woman's randomisation
    contact_log.csv:613  Mentor M47 is not in the register
    contact_log.csv:1305  900 minutes
    contact_log.csv:2119  Attempt by a mentor 16 days after she resigned
    mentor_hours.csv:287  110 hours in a month (the claim is for 11)
    one_year_mother.csv:97  45 portions of fruit and vegetables a day
    scan_29w.csv:153  Gestation of 92 weeks (digits swapped)
    training_log.csv:174  Session 48 days before registration
"""

from dataclasses import dataclass
from datetime import timedelta

from studies.moments.generator.interviews import Transcript
from studies.moments.generator.mentors import Assignment, Mentor


@dataclass(frozen=True)
class Defect:
    """A planted defect: where it stands and what is wrong."""

    export: str
    line: int
    what: str


class Planter:
    """Plants defects in finished rows and remembers them until lines are known."""

    def __init__(self) -> None:
        self._planted: list[tuple[str, list[dict], dict, str]] = []

    def note(self, export: str, rows: list[dict], row: dict, what: str) -> None:
        """Remember that `row` of `rows` is bad."""
        self._planted.append((export, rows, row, what))

    def defects(self) -> list[Defect]:
        """All defects by file and line."""
        found = []
        for export, rows, row, what in self._planted:
            index = next(i for i, other in enumerate(rows) if other is row)
            found.append(Defect(export, index + 2, what))
        return sorted(found, key=lambda d: (d.export, d.line))

    def contacts(self, rows: list[dict], held: list[Assignment], mentors: list[Mentor]) -> None:
        """Four extra rows: none is a visit that took place."""
        first = [a for a in held if a.woman.interview is None and a.start.year == 2004]
        early, unknown, long = first[20], first[40], first[60]
        gone = next(m for m in mentors if m.mentor == "M16")
        theirs = [a for a in held if a.mentor is gone and a.reason == "Mentor resigned"]
        theirs = [a for a in theirs if a.woman.interview is None]
        extra = [
            (early, early.woman.randomised - timedelta(9), "T", 2, None, None, "Dated before the"
             " woman's randomisation"),
            (unknown, unknown.start + timedelta(33), "T", 2, None, "M47", "Mentor M47 is not in"
             " the register"),
            (long, long.start + timedelta(47), "T", 1, 900, None, "900 minutes"),
            (theirs[0], gone.resigned + timedelta(16), "H", 3, None, None, "Attempt by a mentor"
             " 16 days after she resigned"),
        ]  # fmt: skip
        for assignment, day, mode, outcome, minutes, mentor, what in extra:
            row = {
                "Study No": assignment.woman.study_no,
                "Mentor": mentor or assignment.mentor.mentor,
                "Date": day,
                "Mode": mode,
                "Outcome": outcome,
                "Mins": minutes if minutes else "",
                "Topics": "",
                "Note": "",
                "_minutes": 0,
            }
            rows.append(row)
            self.note("contact_log", rows, row, what)
        rows.sort(key=lambda r: (r["Date"], r["Study No"], r["Mode"]))

    def forms(self, forms: dict[str, list[dict]]) -> None:
        """Slips of the pen in births, scan and the mother's form; not-blind assessments."""
        assessed = {r["Study No"] for r in forms["bayley"]}
        births = forms["births"]
        row = min(
            (
                r
                for r in births
                if r["Gest wk"] == 39 and r["Birth weight g"] and r["Study No"] not in assessed
            ),
            key=lambda r: abs(r["Birth weight g"] - 3350),
        )
        row["Birth weight g"] = 335
        self.note("births", births, row, "Birth weight 335 g at 39 weeks (a digit lost)")
        scans = forms["scan_29w"]
        row = next(r for r in scans[len(scans) // 2 :] if r["Gest wk"] == 29)
        row["Gest wk"] = 92
        self.note("scan_29w", scans, row, "Gestation of 92 weeks (digits swapped)")
        mothers = forms["one_year_mother"]
        row = next(r for r in mothers[len(mothers) // 3 :] if r["Fruit veg"] == 4)
        row["Fruit veg"] = 45
        self.note("one_year_mother", mothers, row, "45 portions of fruit and vegetables a day")
        for row in forms["bayley"]:
            if row["Blind"] == "N":
                what = "Observer not blind (allowed: a note, the row stays)"
                self.note("bayley", forms["bayley"], row, what)

    def mentors(self, hours: list[dict], sessions: list[dict], mentors: list[Mentor]) -> None:
        """A slip in the hours, and a training session before its mentor was registered."""
        row = next(r for r in hours if r["Hours"] == "11")
        row["Hours"] = "110"
        self.note("mentor_hours", hours, row, "110 hours in a month (the claim is for 11)")
        late = next(m for m in mentors if m.mentor == "M18")
        other = next(r for r in sessions if r["Type"] == "S" and r["Session date"].year == 2004)
        row = other | {"Mentor": late.mentor}
        sessions.append(row)
        sessions.sort(key=lambda r: (r["Session date"], r["Mentor"], r["Type"], r["Topic"]))
        what = f"Session {(late.registered - row['Session date']).days} days before registration"
        self.note("training_log", sessions, row, what)

    def codings(
        self, first: list[dict], second: list[dict], scripts: dict[str, Transcript]
    ) -> None:
        """A selected text that differs from its transcript, and an end beyond the transcript."""
        quoted = {(s.document, p.start) for s in scripts.values() for p in s.spans if p.quotation}
        row = next(
            r
            for r in first[len(first) // 2 :]
            if (r["document"], r["start"]) not in quoted and " I " in r["selected"]
        )
        row["selected"] = row["selected"].replace(" I ", " we ", 1)
        self.note("codings_r1", first, row, "Selected text differs from the transcript in a word")
        document = second[len(second) // 3]["document"]
        row = [r for r in second if r["document"] == document][-1]
        row["end"] = len(scripts[document].text) + 12
        self.note("codings_r2", second, row, "End lies 12 characters beyond the transcript")
