"""Write all raw exports: `python -m studies.moments.generator [OUTDIR]`."""

import sys
from pathlib import Path

from studies.moments.generator import births as birth_forms
from studies.moments.generator import (
    codings,
    contacts,
    interviews,
    mentors,
    one_year,
    questionnaire,
    sf36,
    women,
)
from studies.moments.generator.claims import claims
from studies.moments.generator.dictionary import dictionary
from studies.moments.generator.documents import NOTE, write_transcript, write_workbook
from studies.moments.generator.exports import write_export, write_rows
from studies.moments.generator.planted import Planter
from studies.moments.generator.readme import readme

REGISTER = [
    "Mentor ID",
    "Age",
    "Area",
    "Children",
    "Registered",
    "Training completed",
    "Resigned",
    "Reason",
]


def recruit() -> tuple[dict[str, list[dict]], list[women.Woman]]:
    """Screening, randomisation and baseline."""
    screening, randomised = women.screen()
    women.expect(randomised)
    forms = {"screening": screening, "baseline": women.baseline(randomised)}
    forms["randomisation"] = [
        {
            "Study No": w.study_no,
            "Screen No": w.screen_no,
            "Date randomised": w.randomised,
            "Alloc": w.arm,
            "Envelope": w.envelope,
        }
        for w in sorted(randomised, key=lambda w: w.envelope)
    ]
    return forms, randomised


def follow(randomised: list[women.Woman]) -> dict[str, list[dict]]:
    """Birth, scan and the forms at one year."""
    arms = {w.study_no: w.arm for w in randomised}
    named = {w.study_no: w for w in randomised}
    forms = {"births": birth_forms.births(randomised, arms)}
    forms["scan_29w"] = birth_forms.scans(randomised, arms)
    born = {r["Study No"] for r in forms["births"]}
    assessed = forms["bayley"] = one_year.bayley(randomised, born, arms)
    forms["sf36"] = sf36.sf36(named, assessed, arms)
    forms["one_year_visit"] = one_year.visits(named, forms["births"], assessed, arms)
    forms["one_year_mother"] = one_year.mothers(named, assessed, arms)
    return forms


def mentor_book(register: list[mentors.Mentor]) -> list[list]:
    """Header and rows of the register's sheet."""
    rows = [
        [m.mentor, m.age, m.area, m.children, m.registered, m.trained, m.resigned, m.reason]
        for m in register
    ]
    return [REGISTER, *rows]


def assignment_rows(held: list[mentors.Assignment]) -> list[dict]:
    """Rows of the assignments."""
    return [
        {
            "Study No": a.woman.study_no,
            "Mentor": a.mentor.mentor,
            "From": a.start,
            "To": a.to or "",
            "Reason ended": a.reason or "",
        }
        for a in held
    ]


def generate(folder: Path) -> None:
    """Write every export of the study into `folder`."""
    (folder / "transcripts").mkdir(parents=True, exist_ok=True)
    planter = Planter()
    forms, randomised = recruit()
    register = mentors.register()
    targets = contacts.visit_targets(randomised)
    held = mentors.assign(randomised, register, targets)
    log = contacts.log_contacts(held, targets)
    held = contacts.close_assignments(held, log, targets)
    sessions = mentors.training(register)
    forms |= {"mentor_assignments": assignment_rows(held), "training_log": sessions}
    forms["mentor_hours"] = mentors.hours(log, sessions)
    forms |= follow(randomised)
    planter.mentors(forms["mentor_hours"], sessions, register)
    planter.forms(forms)
    planter.contacts(log, held, register)
    for number, row in enumerate(log, start=1):
        row["Ref"] = f"C{number:05d}"
    forms["contact_log"] = log

    scripts = interviews.transcripts()
    forms["interview_register"] = interviews.register(randomised, log, set(scripts))
    days = {r["Document"]: r["Date"] for r in forms["interview_register"] if r["Document"]}
    forms["codebook"] = codings.codebook()
    forms["codings_r1"] = codings.first_codings(scripts, days)
    forms["codings_r2"] = codings.second_codings(scripts, days)
    forms["quotations"] = codings.quotations(scripts)
    planter.codings(forms["codings_r1"], forms["codings_r2"], scripts)
    answers = questionnaire.responses(register)
    forms["comment_codings"] = questionnaire.comment_codings(answers)

    for name, rows in forms.items():
        write_export(folder, name, rows)
    for document, script in scripts.items():
        write_transcript(folder / "transcripts" / f"{document}.docx", script.paragraphs)
    titles = ["Register of mentors", f"As at 30 September 2006. {NOTE}"]
    write_workbook(folder / "mentor_register.xlsx", "Register", titles, mentor_book(register))
    write_rows(folder / "baseline_dictionary.csv", dictionary(), "utf-8", "\n")
    lines = [[row[c] for c in questionnaire.HEADER] for row in answers]
    lines = [*questionnaire.header_rows(), *lines]
    write_rows(folder / "mentor_questionnaire.csv", lines, "utf-8-sig", "\n")
    (folder / "claims.csv").write_bytes(claims().encode())
    (folder / "README.md").write_bytes(readme(planter.defects()).encode())


if __name__ == "__main__":
    generate(Path(sys.argv[1] if len(sys.argv) > 1 else "studies/moments/data"))
