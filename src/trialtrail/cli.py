"""The command `trialtrail`: questions that a results folder answers without a run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from runrecord.cli import add_commands, add_results

from trialtrail import __version__
from trialtrail.blind import command as blind
from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.trail import bundle, decisions
from trialtrail.trail.comparing import diff

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

    pack = commands.add_parser("bundle", help="pack the results, for all or for some")
    bundle.add_arguments(pack)
    pack.set_defaults(act=bundle.command)

    blinded = commands.add_parser("blind", help="make a blinded study of the results, or open it")
    blind.add_arguments(blinded)
    blinded.set_defaults(act=blind.command)

    for command in (trace, summary, note, log, pack, blinded):
        add_results(command)
    add_commands(commands)
    return top


def _trace(options: argparse.Namespace) -> int:
    from runrecord.digest import json_text
    from runrecord.graph import load

    from trialtrail.trail.tracing.lookup import find
    from trialtrail.trail.tracing.trace import describe, tell

    graph = load(options.results)
    target = find(options.path, graph)
    if options.json:
        print(json_text(describe(target, graph, options.forward)), end="")
    else:
        print(visible(tell(target, graph, options.forward, options.all)))
    return 0


def _summary(options: argparse.Namespace) -> int:
    from trialtrail.trail.summary import summary

    print(summary(options.results))
    return 0
