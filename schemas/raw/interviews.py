"""The contract of the table `interviews`."""

from schemas.base import Date, Real, Record, Text, Whole, YesNo, column


class Interviews(Record):
    """One row is one invitation to an interview; one person may be invited more than once."""

    interview_id: Text = column("Interview", "Number in the register")
    role: Text = column("Role", "What the person is in the trial")
    number: Whole = column("Number", "Number of the person within the role", ge=1)
    stage: Text = column("Stage", "Stage of the qualitative study", optional=True)
    status: Text = column("Status", "interviewed or declined", optional=True)
    interviewed_on: Date = column("Date", "Day of the interview", optional=True)
    venue: Text = column("Venue", "Where it was held", optional=True)
    interviewer: Text = column("Interviewer", "Who held it", optional=True)
    participant_id: Text = column(
        "Participant", "Study number", optional=True, references="participants.participant_id"
    )
    provider_id: Text = column(
        "Provider", "Number in the register", optional=True, references="providers.provider_id"
    )
    age_years: Real = column("Age", "Age at the interview, years", optional=True, ge=12, le=110)
    visits: Whole = column(
        "Visits", "Visits by then; censored counts keep their bound", optional=True, kind="censored"
    )
    visits_bound: Text = column(
        "Bound of visits",
        "exact, above or below the value of `visits`",
        optional=True,
        isin=["exact", "above", "below"],
    )
    children: Whole = column("Children", "Number of children", optional=True, ge=0, le=20)
    age_youngest_years: Real = column(
        "Age of youngest", "Age of the youngest child, years", optional=True, ge=0, le=40
    )
    starred: YesNo = column("Marked", "Marked in the printed table", optional=True)
    document: Text = column(
        "Transcript", "Name of its transcript", optional=True, references="transcripts.document"
    )

    class Config:
        """Key of the table."""

        unique = ["interview_id"]
