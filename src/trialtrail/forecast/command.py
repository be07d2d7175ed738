"""The command `trialtrail whatif`: what the estimates would be with corrections."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialtrail.forecast.sealed_run import SealedRun


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument(
        "corrections",
        nargs="*",
        metavar="CORRECTION",
        help="QUERY_ID=VALUE, EXPORT:RECORD:COLUMN=VALUE, or a file of answers;"
        " a query also takes the values accepted, blank, set-aside and proposed",
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
    from trialtrail.forecast.forecast import forecast
    from trialtrail.forecast.narrowing import ALL, PRIMARY
    from trialtrail.forecast.sealed_run import open_run
    from trialtrail.forecast.telling import plain, tell

    if bool(options.corrections) == options.queries:
        raise StudyError("Name one correction or more, or ask for --queries", rule=FORMS)
    run = open_run(options.results)
    if options.queries:
        return _tell_queries(run, options)
    scope = ALL if options.all_analyses else PRIMARY
    found = forecast(run, ask(run, options.corrections), scope=scope)
    print(json_text(plain(found)) if options.json else visible(tell(found)))
    return 0


def _tell_queries(run: SealedRun, options: argparse.Namespace) -> int:
    """Print the open queries with the largest effects."""
    from runrecord.digest import json_text

    from trialtrail.escaping import visible
    from trialtrail.forecast.effects import effects_of_queries, table_of_options
    from trialtrail.forecast.forecast import rows_of
    from trialtrail.forecast.overlay import ESTIMATES
    from trialtrail.forecast.query_effects import effects_of
    from trialtrail.forecast.telling import plain_effects, table_of_effects

    from schemas.results.base import conform
    from schemas.results.query_effects import QueryEffects

    table = conform(table_of_options(effects_of_queries(run)), QueryEffects)
    effects = effects_of(table)[: options.top]
    if options.json:
        print(json_text(plain_effects(effects, table)), end="")
    else:
        print(visible(table_of_effects(effects, table, rows_of(run.path(ESTIMATES)))))
    return 0
