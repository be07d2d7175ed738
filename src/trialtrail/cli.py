"""The command `trialtrail`: questions that a results folder answers without a run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from runrecord.cli import add_commands, add_results

from trialtrail import __version__, running
from trialtrail.answering import command as answering
from trialtrail.blind import command as blind
from trialtrail.committee import command as editions
from trialtrail.deposit import command as deposit
from trialtrail.errors import StudyError
from trialtrail.forecast import command as whatif
from trialtrail.integration import command as integration
from trialtrail.new_study import command as new
from trialtrail.trail import bundle, decisions
from trialtrail.trail.comparing import diff

MISASKED = 2
"""Exit code: the question names what is not there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 (not whole) or 2 (no such thing)."""
    asked, words = running.cut(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(asked)
    options.words = words
    try:
        return options.act(options)
    except StudyError as error:
        print(error.text(), file=sys.stderr)
        return MISASKED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="trialtrail", description="Ask a results folder where its numbers come from."
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(required=True, metavar="command")

    trace = commands.add_parser("trace", help="where a file, cell, number or quotation is from")
    trace.add_argument("path", metavar="PATH[#row/column | #id]", help="what to trace")
    trace.add_argument("--forward", action="store_true", help="what it touches, instead")
    trace.add_argument("--all", action="store_true", help="follow all that each job read or made")
    trace.add_argument("--json", action="store_true", help="answer in JSON")
    trace.add_argument("--card", metavar="FILE.html", help="write what a number rests on, to send")
    about = "the results folder (the one that PATH lies in, or results)"
    trace.add_argument("--results", metavar="DIR", help=about)
    trace.set_defaults(act=_trace)

    run = commands.add_parser("run", help="run the workflow for a study")
    running.add_arguments(run)
    run.set_defaults(act=running.command)

    summary = commands.add_parser("summary", help="where the report is, and what was found")
    summary.set_defaults(act=_summary)

    first = commands.add_parser("new", help="write a first study.yaml from the files of a trial")
    new.add_arguments(first)
    first.set_defaults(act=new.command)

    differ = commands.add_parser("diff", help="what changed between two runs, and what it moved")
    diff.add_arguments(differ)
    differ.set_defaults(act=diff.command)

    forecast = commands.add_parser("whatif", help="what the estimates would be with corrections")
    whatif.add_arguments(forecast)
    forecast.set_defaults(act=whatif.command)

    queries = commands.add_parser("queries", help="answer the queries of a study on a local page")
    answering.add_arguments(queries)
    queries.set_defaults(act=answering.command)

    note = commands.add_parser("note", help="note a decision of people in the journal")
    decisions.add_arguments(note)
    note.set_defaults(act=decisions.command)

    log = commands.add_parser("journal", help="what was run, what failed, what was decided")
    log.add_argument("--all", action="store_true", help="each attempt at a job as well")
    log.set_defaults(act=decisions.history)

    plan = commands.add_parser("plan", help="lock the analysis plan, and what differs from it")
    _add_plan(plan)

    pack = commands.add_parser("bundle", help="pack the results, for all or for some")
    bundle.add_arguments(pack)
    pack.set_defaults(act=bundle.command)

    give = commands.add_parser("deposit", help="make the public edition ready for an archive")
    deposit.add_arguments(give)
    give.set_defaults(act=deposit.command)

    edit = commands.add_parser("editions", help="make the two editions for a monitoring committee")
    editions.add_arguments(edit)
    edit.set_defaults(act=editions.command)

    blinded = commands.add_parser("blind", help="make a blinded study of the results, or open it")
    blind.add_arguments(blinded)
    blinded.set_defaults(act=blind.command)

    locked = commands.add_parser("lock", help="keep what the report prints in results.lock")
    integration.add_lock_arguments(locked)
    locked.set_defaults(act=integration.lock_command)

    ci = commands.add_parser("ci", help="run everything and fail on what the study lists")
    integration.add_ci_arguments(ci)
    ci.set_defaults(act=integration.ci_command)

    verdicts = commands.add_parser("verdicts", help="which verdicts are stale, and their digests")
    verdicts.set_defaults(act=_verdicts)

    for command in (summary, note, log, pack, give, edit, forecast, blinded, verdicts):
        add_results(command)
    add_commands(commands)
    return top


def _add_plan(plan: argparse.ArgumentParser) -> None:
    """Add the commands of `trialtrail plan`; what reads a configuration is imported when asked."""
    commands = plan.add_subparsers(required=True, metavar="command")
    lock = commands.add_parser("lock", help="lock the plan as it is configured")
    lock.add_argument("--by", required=True, metavar="NAME", help="who locks it")
    lock.add_argument("--why", required=True, metavar="TEXT", help="the reason")
    add_results(lock)
    show = commands.add_parser("show", help="the locked versions, the last one first")
    status = commands.add_parser("status", help="how what is configured differs from the lock")
    for name, command in (("lock_plan", lock), ("show_versions", show), ("show_status", status)):
        command.add_argument(
            "--configfile",
            type=Path,
            default=running.default_study(),
            metavar="FILE",
            help="the configuration of the study (that of the shipped one, or study.yaml)",
        )
        command.set_defaults(act=partial(_plan, name))


def _plan(command: str, options: argparse.Namespace) -> int:
    from trialtrail.planning import commands

    return getattr(commands, command)(options)


def _trace(options: argparse.Namespace) -> int:
    from trialtrail.trail.tracing.command import command

    return command(options)


def _verdicts(options: argparse.Namespace) -> int:
    from trialtrail.qualitative.joint_display.command import command

    return command(options)


def _summary(options: argparse.Namespace) -> int:
    from trialtrail.trail.summary import summary

    print(summary(options.results))
    return 0
