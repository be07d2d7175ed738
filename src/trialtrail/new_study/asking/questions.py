"""Ask on a terminal: numbered lists, answered by a number or a name; never more than five."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from trialtrail.errors import StudyError
from trialtrail.escaping import visible
from trialtrail.new_study.columns.folding import folded

MOST_SHOWN = 30
"""Candidates that a list shows; the others can be named."""
MOST_QUESTIONS = 5
NO_ARM = (
    "give the file of a trial: one of its columns says the arm of each participant, by two to eight"
    " values that come again"
)


@dataclass(frozen=True)
class Choice:
    """One answer that may be given: what stands for it, and what is said of it."""

    name: str
    note: str = ""


@dataclass
class Open:
    """A question that was neither answered by an option nor asked."""

    option: str
    question: str
    choices: Sequence[Choice]


@dataclass
class Questions:
    """Where answers come from: options first, then the terminal.

    Attributes:
        terminal: whether there is somebody to ask.
        asked: how many questions have been asked.
        open: those to which there is no answer.
    """

    terminal: bool
    asked: int = 0
    open: list[Open] = field(default_factory=list)

    def answer(
        self, option: str, given: str | None, question: str, choices: Sequence[Choice]
    ) -> int | None:
        """Return the number of the choice, from 0; None where there is no answer yet.

        Args:
            option: the option of the command that answers it.
            given: what it says; None where it was not given.
            question: the question in words.
            choices: what may be answered.

        Raises:
            StudyError: the option names none of the choices, or there are none.
        """
        if given is not None and choices:
            place = place_of(given, choices)
            if place is None:
                part = [each for each in choices if folded(given) in folded(each.name)]
                raise StudyError(
                    f"{option} names none of the possible answers",
                    rule=option,
                    remedy=f"give one of: {_listed(part or choices)}",
                )
            return place
        if not choices:
            raise StudyError(
                f"No column can be the answer to: {question}",
                rule=option,
                remedy=NO_ARM
                if option == "--arm"
                else "look whether the right file was given, and whether its header was found",
            )
        if not self.terminal or self.asked >= MOST_QUESTIONS:
            self.open.append(Open(option, question, choices))
            return None
        self.asked += 1
        return self._ask(question, choices)

    def _ask(self, question: str, choices: Sequence[Choice]) -> int:
        print(f"\n{self.asked}. {question}")
        width = len(str(min(len(choices), MOST_SHOWN)))
        longest = min(max(len(each.name) for each in choices), 36)
        for number, each in enumerate(choices[:MOST_SHOWN], start=1):
            line = f"   {number:>{width}}  {each.name:<{longest}}  {each.note}"
            print(visible(line.rstrip()))
        if len(choices) > MOST_SHOWN:
            print(f"   and {len(choices) - MOST_SHOWN} more, which you can name")
        while True:
            print("   Number or name: ", end="", flush=True)
            line = sys.stdin.readline()
            if not line:
                raise KeyboardInterrupt
            place = place_of(line.strip(), choices, numbers=True)
            if place is not None:
                return place
            print(
                f"   That is none of them. Answer with a number from 1 to {len(choices)}, or a"
                " name."
            )

    def check_complete(self) -> None:
        """Say which options are lacking, with what each may be.

        Raises:
            StudyError: at least one is lacking.
        """
        if not self.open:
            return
        lines = ["There is no terminal to ask on, and these options are missing:"]
        for each in self.open:
            lines.append(f"  {each.option}  {each.question}")
            for choice in each.choices[:MOST_SHOWN]:
                note = f"  ({choice.note})" if choice.note else ""
                lines.append(f"      {choice.name}{note}")
            if len(each.choices) > MOST_SHOWN:
                lines.append(f"      and {len(each.choices) - MOST_SHOWN} more")
        raise StudyError(
            "\n".join(lines),
            rule="questions",
            remedy="give them, or run the command on a terminal; nothing was written",
        )


def place_of(text: str, choices: Sequence[Choice], numbers: bool = False) -> int | None:
    """Return the place of the choice that a text names: as it stands, or in another spelling.

    ``numbers`` is whether its number in the list will do. A name comes before a number.
    """
    names = [each.name for each in choices]
    if text in names:
        return names.index(text)
    if numbers and text.isascii() and text.isdigit() and 1 <= int(text) <= len(names):
        return int(text) - 1
    alike = [place for place, name in enumerate(names) if folded(name) == folded(text)]
    return alike[0] if len(alike) == 1 else None


def _listed(choices: Sequence[Choice]) -> str:
    shown = ", ".join(each.name for each in choices[:MOST_SHOWN])
    return shown + (f" and {len(choices) - MOST_SHOWN} more" if len(choices) > MOST_SHOWN else "")
