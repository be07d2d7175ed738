"""The command `trialtrail new`: a first `study.yaml` from the files of a trial."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.escaping import visible

INTERRUPTED = 130
MOST_LINES = 5
"""Numbers of lines to check that the summary names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail new`."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="a raw file of the trial"
    )
    parser.add_argument(
        "--redcap", type=Path, metavar="DICTIONARY", help="the data dictionary of a REDCap project"
    )
    parser.add_argument(
        "--redcap-api",
        metavar="URL",
        help="fetch a REDCap project by its API into `data` beside the study; the token is read"
        " from the variable REDCAP_API_TOKEN",
    )
    parser.add_argument("--arm", metavar="COLUMN", help="the column that says the arm")
    parser.add_argument(
        "--reference", metavar="VALUE", help="the value of it that is the reference"
    )
    parser.add_argument("--primary", metavar="COLUMN", help="the primary outcome, or `none`")
    parser.add_argument(
        "--timepoint", metavar="T", help="its primary timepoint, such as `month 6` or `6m`"
    )
    parser.add_argument("--event", metavar="VALUE", help="which of two values is the event")
    parser.add_argument(
        "--id", metavar="COLUMN", help="the column that names the participants, or `(row)`"
    )
    parser.add_argument(
        "--dates",
        metavar="FORM",
        help="the form of dates, such as %%d/%%m/%%Y, where no cell proves it",
    )
    parser.add_argument("--title", help="title of the report")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to write it: a file that is not there yet, or a folder (beside the first file)",
    )
    parser.add_argument(
        "--check", type=Path, metavar="STUDY", help="compare a study with newer files instead"
    )


def command(options: argparse.Namespace) -> int:
    """Write a study, or compare one with newer files; return 0, or 130 where it was broken off."""
    for path in options.files:
        if not path.exists():
            raise StudyError(
                "A file is not there", where=str(path), rule="new", remedy="correct its path"
            )
    if options.check is not None:
        from trialtrail.new_study.comparing import compare

        return compare.command(options)
    if not options.files and not options.redcap_api:
        raise StudyError(
            "No file was given", rule="new", remedy="give at least one: trialtrail new FILE..."
        )
    try:
        print(visible(write_study(options)))
    except KeyboardInterrupt:
        print("\nStopped: nothing was written.", file=sys.stderr)
        return INTERRUPTED
    return 0


def write_study(options: argparse.Namespace) -> str:
    """Write the study and return what to say of it.

    Raises:
        StudyError: there is a study already, answers are lacking, or a file cannot be read.
    """
    from trialtrail.new_study.asking.answers import Given, ask
    from trialtrail.new_study.asking.candidates import total_rows
    from trialtrail.new_study.asking.questions import Questions
    from trialtrail.new_study.columns.judged import judge_file
    from trialtrail.new_study.files.read_files import see_files
    from trialtrail.new_study.planning.plan_study import plan_study
    from trialtrail.new_study.writing.editor_schema import schema_of_checkout, write_beside
    from trialtrail.new_study.writing.written import lines_to_check, study_text

    out = place_to_write(options)
    check_date_form(options.dates)
    paths, dictionary = options.files, options.redcap
    if options.redcap_api:
        from trialtrail.new_study.files.redcap_api import fetch_redcap

        data, dictionary = fetch_redcap(options.redcap_api, out.parent / "data")
        paths = [data, *paths]
    seen = see_files(paths, dictionary)
    files = [judge_file(each, total_rows(each), options.dates or "") for each in seen]
    given = Given(
        options.arm,
        options.reference,
        options.primary,
        options.timepoint,
        options.event,
        options.id,
    )
    questions = Questions(terminal=sys.stdin.isatty() and sys.stdout.isatty())
    if questions.terminal:
        print(visible(found_in(files)))
    answers = ask(files, given, questions)
    title = options.title or f"{paths[0].stem} (title to be written)"
    draft = plan_study(files, answers, title, out.parent)
    schema = schema_of_checkout(out.parent)
    check_study(study_text(draft, schema), out)
    beside = "" if schema else write_beside(out.parent)
    text = study_text(draft, schema or beside)
    write_whole(text, out)
    said = summary(draft, files, text, lines_to_check(text), out)
    if schema:
        return said
    about = f"wrote {out.parent / beside}: by it editors complete the keys of the study"
    if not beside:
        about = (
            "study.schema.json is there with other content and stays: the study names no schema for"
            " editors"
        )
    *lines, last = said.splitlines()
    return "\n".join([*lines, about, last])


def check_date_form(form: str | None) -> None:
    """Refuse a form of dates that is none.

    Raises:
        StudyError: the form has unknown signs, or no year.
    """
    from trialtrail.exports.date_forms import form_problem

    if form and (problem := form_problem(form)):
        raise StudyError(
            f"The form of dates {problem}", rule="--dates", remedy="write it like %d/%m/%Y"
        )


def place_to_write(options: argparse.Namespace) -> Path:
    """Return the path of the study, at which nothing is yet.

    Raises:
        StudyError: there is a file already, or no such folder.
    """
    out = options.out or (options.files[0].parent if options.files else Path())
    out = out / "study.yaml" if out.is_dir() else out
    if out.exists() or out.is_symlink():
        raise StudyError(
            "There is a study already, and nothing overwrites it",
            where=str(out),
            rule="new",
            remedy="give another place by --out, or compare the study with the files by --check",
        )
    if not out.parent.is_dir():
        raise StudyError(
            "There is no such folder", where=str(out.parent), rule="--out", remedy="make it first"
        )
    return out


def check_study(text: str, out: Path) -> None:
    """Check a study as the project itself checks each, and leave nothing behind.

    Raises:
        StudyError: it has a mistake, or the folder cannot be written to.
    """
    import yaml

    from trialtrail.configuration.study import Study

    draft = out.with_name(f".{out.name}.draft")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        draft.write_text(text, encoding="utf-8")
        Study(yaml.load(text, Loader=loader), draft)
    except OSError as error:
        raise not_written(out, error) from None
    except StudyError as error:
        raise StudyError(
            "The study that was made of these files does not pass the check of configurations, so"
            " it was not written. This is a fault of the program: please report it."
            f"\n{error.text()}"
        ) from None
    finally:
        draft.unlink(missing_ok=True)


def write_whole(text: str, out: Path) -> None:
    """Write a study to where nothing is yet.

    Raises:
        StudyError: the folder cannot be written to, or a study has come there meanwhile.
    """
    try:
        with open(out, "x", encoding="utf-8") as handle:
            handle.write(text)
    except OSError as error:
        raise not_written(out, error) from None


def not_written(out: Path, error: OSError) -> StudyError:
    """Return what to say where a file cannot be written."""
    return StudyError(
        "The study cannot be written",
        where=str(out),
        rule="new",
        remedy=f"{error.strerror}: give another place by --out",
    )


def found_in(files) -> str:
    """Return what the files are, in one line each."""
    lines = []
    for each in files:
        rows = len(each.columns[0].counted.cells) if each.columns else 0
        lines.append(f"{each.file.name}: {rows:,} rows, {len(each.columns)} columns")
    return "\n".join(lines)


def summary(draft, files, text: str, checks: list[int], out: Path) -> str:
    """Return what was found and what comes next; counts alone, and no cell of a participant."""
    lines = ["", found_in(files)]
    for each in files:
        if each.totals:
            many = len(each.totals)
            lines.append(
                f"{each.file.name}: rows at the end that are sums or notes, left out: {many}"
            )
    lines.append(f"participants by: {draft.id_column} ({draft.id_why})")
    arms = ", ".join(f"{arm.label} {arm.cells}" for arm in draft.arms)
    lines.append(f"arms by {draft.arm_column}: {arms} (reference: {draft.arms[0].label})")
    if draft.primary:
        at = f" at {draft.primary.at or draft.primary.measured[-1][0]}"
        lines.append(f"primary outcome: {draft.primary.label}{at}")
    else:
        lines.append("primary outcome: none yet")
    ignored = sum(len(each.ignored) for each in draft.exports)
    variables = sum(len(form.columns or form.fields) for form in draft.forms)
    lines.append(f"{variables} variables in {len(draft.forms)} forms, {ignored} columns not used")
    for each in draft.exports:
        if not each.used:
            lines.append(f"not used: {each.name} ({each.file}): {each.why_not}")
    more = len(checks) - MOST_LINES
    shown = ", ".join(map(str, checks[:MOST_LINES])) + (f" and {more} more" if more > 0 else "")
    lines.append(f"wrote {out}: {len(text.splitlines())} lines")
    lines.append(f"to check: {len(checks)} places (lines {shown})")
    lines.append(f"next: trialtrail run {out}")
    return "\n".join(lines)
