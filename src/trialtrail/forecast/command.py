"""The command `trialtrail whatif`: what the estimates would be with corrections."""

from __future__ import annotations

import argparse


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument(
        "corrections",
        nargs="*",
        metavar="CORRECTION",
        help="QUERY_ID=VALUE, EXPORT:RECORD:COLUMN=VALUE, or a file of answers;"
        " a query also takes the values accepted, blank and set-aside",
    )
    command.add_argument(
        "--queries", action="store_true", help="instead, the effect of each open query"
    )
    command.add_argument("--top", type=int, default=10, help="so many of them (%(default)s)")
    command.add_argument(
        "--all-analyses",
        action="store_true",
        help="forecast all analyses and claims about them, not only the primary estimates",
    )
    command.add_argument("--json", action="store_true", help="answer in JSON")


def command(options: argparse.Namespace) -> int:
    """Answer, and return 0.

    Raises:
        StudyError: a correction cannot be made, or a run with it would stop.
    """
    from runrecord.digest import json_text

    from trialtrail.errors import StudyError
    from trialtrail.escaping import visible
    from trialtrail.forecast.corrections import FORMS, ask
    from trialtrail.forecast.effects import effects_of_queries, tell_queries
    from trialtrail.forecast.forecast import forecast
    from trialtrail.forecast.narrowing import ALL, PRIMARY
    from trialtrail.forecast.sealed_run import open_run
    from trialtrail.forecast.telling import plain, tell

    if bool(options.corrections) == options.queries:
        raise StudyError("Name one correction or more, or ask for --queries", rule=FORMS)
    run = open_run(options.results)
    if options.queries:
        every = effects_of_queries(run)
        print(visible(tell_queries(every, options.top, as_json=options.json)))
        return 0
    scope = ALL if options.all_analyses else PRIMARY
    found = forecast(run, ask(run, options.corrections), scope=scope)
    print(json_text(plain(found)) if options.json else visible(tell(found)))
    return 0
