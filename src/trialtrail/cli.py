"""The command `trialtrail`: questions that a results folder answers without a run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from trialtrail import __version__
from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.lineage import decisions
from trialtrail.lineage.checking import verify as verification
from trialtrail.lineage.comparing import diff

MISASKED = 2
"""Exit code: the question names what is not there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 (not whole) or 2 (no such thing)."""
    options = parser().parse_args(arguments)
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
    trace.set_defaults(act=_trace)

    verify = commands.add_parser("verify", help="whether the results are as they were sealed")
    verification.add_arguments(verify)
    verify.set_defaults(act=verification.command)

    summary = commands.add_parser("summary", help="where the report is, and what was found")
    summary.set_defaults(act=_summary)

    differ = commands.add_parser("diff", help="what changed between two runs, and what it moved")
    diff.add_arguments(differ)
    differ.set_defaults(act=diff.command)

    note = commands.add_parser("note", help="note a decision of people in the journal")
    decisions.add_arguments(note)
    note.set_defaults(act=decisions.command)

    log = commands.add_parser("journal", help="what was run, what failed, what was decided")
    log.add_argument("--all", action="store_true", help="each attempt at a job as well")
    log.set_defaults(act=decisions.history)

    for command in (trace, verify, summary, note, log, *_statements(commands)):
        command.add_argument(
            "--results", default="results", metavar="DIR", help="the results folder (%(default)s)"
        )
    return top


def _statements(commands: argparse._SubParsersAction) -> list[argparse.ArgumentParser]:
    """Add the commands that sign and pack, which take a results folder."""
    from trialtrail.lineage.release import bundle, sign

    taking = []
    for name, text, add, act in (
        ("sign", "sign the statement of a run", sign.add_arguments, sign.command),
        (
            "check-signature",
            "whether a signature holds, and whose it is",
            sign.add_check_arguments,
            sign.check_command,
        ),
        ("bundle", "pack the results, for all or for some", bundle.add_arguments, bundle.command),
    ):
        taking.append(commands.add_parser(name, help=text))
        add(taking[-1])
        taking[-1].set_defaults(act=act)
    return taking


def _trace(options: argparse.Namespace) -> int:
    from trialtrail.lineage.digest import json_text
    from trialtrail.lineage.graph import load
    from trialtrail.lineage.tracing.lookup import find
    from trialtrail.lineage.tracing.trace import describe, tell

    graph = load(options.results)
    target = find(options.path, graph)
    if options.json:
        print(json_text(describe(target, graph, options.forward)), end="")
    else:
        print(visible(tell(target, graph, options.forward, options.all)))
    return 0


def _summary(options: argparse.Namespace) -> int:
    from trialtrail.lineage.summary import summary

    print(summary(options.results))
    return 0
