"""The command `runrecord`: verify, sign and check a results folder of any workflow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from runrecord import signature
from runrecord.checking import verify
from runrecord.errors import UserError

MISASKED = 2
"""Exit code: the question names what is not there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser().parse_args(arguments)
    try:
        return options.act(options)
    except UserError as error:
        print(error.text(), file=sys.stderr)
        return MISASKED


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="runrecord", description="Check the records of a run.")
    add_commands(top.add_subparsers(required=True, metavar="command"))
    return top


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add the commands that take a results folder; a workflow adds them to a command of its own."""
    for name, text, add, act in (
        (
            "verify",
            "whether the results are as they were sealed",
            verify.add_arguments,
            verify.command,
        ),
        ("sign", "sign the statement of a run", signature.add_arguments, signature.command),
        (
            "check-signature",
            "whether a signature holds, and whose it is",
            signature.add_check_arguments,
            signature.check_command,
        ),
    ):
        command = commands.add_parser(name, help=text)
        add(command)
        command.set_defaults(act=act)
        add_results(command)


def add_results(command: argparse.ArgumentParser) -> None:
    """Add the option that names the results folder."""
    command.add_argument(
        "--results", default="results", metavar="DIR", help="the results folder (%(default)s)"
    )
