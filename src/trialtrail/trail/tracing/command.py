"""The command `trialtrail trace`: one question, of the results folder that its path lies in."""

from __future__ import annotations

import argparse
from pathlib import Path

from runrecord.digest import json_text, write_text
from runrecord.graph import load

from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.trail.tracing.card import card_of
from trialtrail.trail.tracing.lookup import find
from trialtrail.trail.tracing.trace import describe, tell
from trialtrail.trail.tracing.which_folder import Asked, folder_of


def command(options: argparse.Namespace) -> int:
    """Answer where something comes from or what it touches; write the card that is asked for."""
    with folder_of(options.path, options.results) as asked:
        try:
            return _answer(options, asked)
        except StudyError as error:
            if asked.name and not error.where:
                where = f"asked of {asked.name}"
                raise type(error)(
                    error.what, where=where, rule=error.rule, remedy=error.remedy
                ) from None
            raise


def _answer(options: argparse.Namespace, asked: Asked) -> int:
    graph = load(asked.results)
    target = find(asked.address, graph)
    if options.card:
        write_text(Path(options.card), card_of(target, graph))
        print(options.card)
    elif options.json:
        folder = {"results": asked.name} if asked.name else {}
        print(json_text(folder | describe(target, graph, options.forward)), end="")
    else:
        if asked.name:
            print(f"In {visible(asked.name)}\n")
        print(visible(tell(target, graph, options.forward, options.all)))
    return 0
