"""The README of the exports."""

from studies.moments.generator.planted import Defect

FILES = {
    "screening.csv": "women seen at clinic and invited; why they declined (cp1252, CRLF)",
    "randomisation.csv": "allocation of those who consented: PM peer mentoring, C control",
    "baseline.csv": "form at consent, as REDCap exports it; blank or -99 is missing, and the "
    "cigarettes a day are asked of smokers only",
    "baseline_dictionary.csv": "data dictionary of that form",
    "contact_log.csv": "every attempt of a mentor to see, ring or text a woman (cp1252)",
    "mentor_register.xlsx": "the mentors; header in row 3",
    "mentor_assignments.csv": "which mentor a woman had, from when to when",
    "mentor_hours.csv": "hours paid for, by mentor and month",
    "training_log.csv": "training: a row a mentor, session and topic; I initial, S support",
    "births.csv": "births (cp1252); NK or blank is missing",
    "scan_29w.csv": "fetal behaviour at the 29-week scan; -99 is missing",
    "bayley.csv": "development of the child at one year (BSID-II); -99 is missing",
    "sf36.csv": "SF-36 of the mother at one year, item answers; -99 is missing",
    "one_year_visit.csv": "growth, feeding, immunisation; NK, -99 or blank is missing",
    "one_year_mother.csv": "parental efficacy, health behaviour, services; NK, -99 or blank "
    "is missing",
    "mentor_questionnaire.csv": "questionnaire of the mentors, as Qualtrics exports it",
    "comment_codings.csv": "codes that two researchers gave to the comments in it",
    "interview_register.csv": "who was invited to an interview and interviewed (cp1252)",
    "transcripts/*.docx": "one transcript an interview",
    "codebook.csv": "codes, categories and themes",
    "codings_r1.csv, codings_r2.csv": "segments coded by two researchers; start and end count "
    "code points in the paragraphs of the transcript joined by line feeds",
    "quotations.csv": "the quotations chosen for print, with the speaker as printed",
    "claims.csv": "figures of the published reports (these are real; see below)",
}


def readme(defects: list[Defect]) -> str:
    """The text of README.md."""
    lines = [
        "# Exports of the example study",
        "",
        "**All of it is synthetic.** Every woman, child, mentor, midwife, visit, measurement,",
        "interview and coded segment in this folder is invented by",
        "`python -m studies.moments.generator` (seeded: the same bytes every time).",
        "Nothing describes a real person. Only the totals in",
        "`claims.csv`, the facts about the interviewees and to whom quotations are attributed",
        "follow the published reports of the MOMENTS trial (BMC Health Serv Res 2008;8:46 and",
        "Arch Dis Child 2011;96:252-8); the words of the interviews were written afresh.",
        "",
        "| file | what |",
        "|---|---|",
        *(f"| `{name}` | {what} |" for name, what in FILES.items()),
        "",
        "Dates are dd/mm/yyyy, but ISO in `baseline.csv`, the codings and the questionnaire.",
        "A visit is a contact of mode H with outcome 1. Codes of contact outcomes: 1 took place,",
        "2 no answer, 3 not at home, 4 cancelled by woman, 5 cancelled by mentor, 6 wrong number,",
        "7 message left.",
        "",
        "## Planted defects",
        "",
        "Bad rows that a validation must find. No published figure changes once they are set",
        "aside. The header is line 1.",
        "",
        "| file | line | defect |",
        "|---|---|---|",
        *(f"| `{d.export}.csv` | {d.line} | {d.what} |" for d in defects),
        "",
        "The published record disagrees with itself in places, and this is kept: a woman printed",
        "as 'later' in three quotations was interviewed early, one number of visits is printed",
        "as '>20', and two labels are given for the same 85 women (`claims.csv`).",
        "",
    ]
    return "\n".join(lines)
