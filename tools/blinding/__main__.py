"""Say how often the adversary is right of blinded trials, and of trials that hide names alone.

python -m tools.blinding --seeds 200
"""

from __future__ import annotations

import argparse

from tools.blinding.guess import blinded_folders, chance, renamed_folders, right_guesses
from tools.blinding.trials import LEAKS


def main() -> None:
    """Print a line a kind of folder: how many were guessed rightly, and how likely that is."""
    parser = argparse.ArgumentParser(prog="python -m tools.blinding", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="trials (%(default)s)")
    parser.add_argument("--each", type=int, default=60, help="trials a planted leak (%(default)s)")
    options = parser.parse_args()
    say("blinded", right_guesses(blinded_folders(range(options.seeds))), options.seeds)
    seeds = range(options.each)
    say("names changed, nothing planted", right_guesses(renamed_folders(seeds, ())), options.each)
    say("names changed, all planted", right_guesses(renamed_folders(seeds, LEAKS)), options.each)
    for leak in LEAKS:
        right = right_guesses(renamed_folders(seeds, (leak,)))
        say(f"names changed, planted: {leak}", right, options.each)


def say(what: str, right: int, of: int) -> None:
    """Print how many of how many guesses were right."""
    print(f"{what:<42} {right:>4} of {of} right, by chance with p = {chance(right, of):.2g}")


if __name__ == "__main__":
    main()
