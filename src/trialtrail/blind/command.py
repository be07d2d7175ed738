"""The command `trialtrail blind`: make a blinded study, or open one with its key."""

from __future__ import annotations

import argparse
import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from runrecord import journal
from runrecord.digest import DAMAGE, file_digest
from runrecord.graph import Graph, load, place, results_folder

from trialtrail.blind.keys import Key, key_of, read_key
from trialtrail.configuration.blinding import SCRAMBLED
from trialtrail.configuration.kind_of_study import needs_trial
from trialtrail.configuration.study import Study
from trialtrail.errors import StudyError

if TYPE_CHECKING:
    from trialtrail.blind.make import Blinded
    from trialtrail.blind.source import Finished

WHEN = 946_684_800
"""Time stamp of every blinded file and folder: 2000-01-01, so that none tells anything."""
STUDY_FILE, PEOPLE = "study.yaml", "data/participants.csv"
FILE, FOLDER = 0o644, 0o755
RULE = "a blinded study is made from finished results that are as they were sealed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `trialtrail blind`."""
    parser.add_argument(
        "--key", required=True, metavar="KEYFILE", help="the secret; made if there is none"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--into", metavar="FOLDER", help="where the blinded study goes: a new folder")
    what.add_argument("--open", metavar="FOLDER", help="say which letter of it is which arm")
    parser.add_argument(
        "--scrambled", action="store_true", help="a random letter for each participant"
    )
    parser.add_argument("--configfile", metavar="FILE", help="the configuration of the results")
    parser.add_argument("--by", default="", metavar="NAME", help="who opens it")
    parser.add_argument("--why", default="", metavar="TEXT", help="why it is opened")


def command(arguments: argparse.Namespace) -> int:
    """Make a blinded study, or open one; return 0."""
    results = results_folder(arguments.results)
    graph = load(results)
    study = _study(graph, arguments.configfile)
    if arguments.open:
        return open_study(study, graph, arguments)
    into = Path(arguments.into)
    if into.exists():
        raise StudyError(
            "The folder of the blinded study is there already",
            where=arguments.into,
            rule="what a blinded folder holds comes from one command alone",
            remedy="name a folder that does not exist",
        )
    from trialtrail.blind.make import blinded_study

    finished = read_finished(study, graph)
    key = key_of(Path(arguments.key), _not_there(study, results, into))
    made = blinded_study(study, finished, key, scrambled=arguments.scrambled)
    write_folder(made, into)
    print(f"{into.as_posix()}: {len(made.files)} files; the key is in {arguments.key}")
    print("Keep the key apart, and hand on the folder alone. To run it:")
    print(f"  snakemake --configfile {into / STUDY_FILE} --directory {into}")
    return 0


def open_study(study: Study, graph: Graph, arguments: argparse.Namespace) -> int:
    """Say which letter is which arm, and note it in the journal of the results; return 0.

    Raises:
        StudyError: nobody says who opens it and why, or the folder was not made with this key.
    """
    for part in ("by", "why"):
        if not getattr(arguments, part).strip():
            raise StudyError(
                f"--{part} says nothing",
                rule="an unblinding is noted with who opened the key, and why",
                remedy="give a name with --by and a reason with --why",
            )
    key = read_key(Path(arguments.key))
    blinded = Path(arguments.open) / STUDY_FILE
    _check_is_of(blinded, key, study, graph)
    letters = key.letters([arm["id"] for arm in study.arms])
    lines = [f"{letters[arm['id']]}  {arm['label']}" for arm in study.arms]
    entry = journal.append(
        graph.results / "lineage",
        "unblinding",
        by=arguments.by.strip(),
        why=arguments.why.strip(),
        files={blinded.as_posix(): file_digest(blinded)},
    )
    print("\n".join(sorted(lines)))
    print(f"Noted in the journal as entry {entry['n']}; it is sealed with the next run.")
    return 0


def _check_is_of(blinded: Path, key: Key, study: Study, graph: Graph) -> None:
    """Check that a blinded study was made with the key: its participants have their letters by it.

    Raises:
        StudyError: there is none, its letters are drawn at random, or it is of another key.
    """
    from trialtrail.blind.source import people_of

    try:
        config = yaml.safe_load(blinded.read_text(encoding="utf-8"))
        with open(blinded.parent / PEOPLE, encoding="utf-8", newline="") as stream:
            given = {row["participant_id"]: row["arm"] for row in csv.DictReader(stream)}
        scrambled = config["blinded"]["arms"] == SCRAMBLED
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError):
        raise StudyError("No blinded study is here", where=blinded.as_posix()) from None
    if scrambled:
        raise StudyError(
            "The letters of this study were drawn at random for each participant: none is an arm",
            where=blinded.as_posix(),
        )
    people = people_of(study, read_finished(study, graph), key, scrambled=False)
    mine = people.letters.to_dict()
    if not given or any(mine.get(name) != letter for name, letter in given.items()):
        raise StudyError(
            "The blinded study was not made of these results with this key",
            where=blinded.as_posix(),
            rule="a key opens only what was made with it",
            remedy="name the key and the results that it was made with",
        )


def _study(graph: Graph, given: str | None) -> Study:
    """Return the study of the results: that of the configuration they were made by.

    Raises:
        StudyError: the file is not the one with which the results were made.
    """
    sealed = graph.sealed()
    starts = [e for e in journal.read(graph.results / "lineage").entries.values()
              if e["kind"] == "run_start"]  # fmt: skip
    noted = list(starts[-1].get("configuration") or {}) if starts else []
    path = Path(given) if given else next((place(name, graph.results) for name in noted), None)
    digests = {sealed.get(name) for name in noted}
    if path is None or not path.is_file() or file_digest(path) not in digests:
        raise StudyError(
            "The configuration is not the one with which the results were made",
            where=path.as_posix() if path else "",
            rule=RULE,
            remedy="name it with --configfile, or run snakemake again",
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    study = Study(yaml.load(path.read_text(encoding="utf-8"), Loader=loader), path)
    if study.blinded:
        raise StudyError("The results are those of a blinded study", rule=RULE)
    needs_trial(study.config, "A blinded study")
    return study


def read_finished(study: Study, graph: Graph) -> Finished:
    """Return the finished datasets of the results, each as it was sealed.

    Raises:
        StudyError: one is missing, or has other bytes than its record says.
    """
    from trialtrail.blind.source import Finished
    from trialtrail.tables import read_table

    def table(name: str) -> Any:
        path = graph.results / name
        sealed = graph.sealed().get(f"results/{name}")
        if not path.is_file() or file_digest(path) != sealed:
            raise StudyError(
                "A dataset is not as it was sealed",
                where=f"results/{name}",
                rule=RULE,
                remedy="trialtrail verify says what changed; snakemake makes it again",
            )
        try:
            return read_table(path)
        except DAMAGE:
            raise StudyError("A dataset cannot be read", where=f"results/{name}") from None

    harms = study.harms
    return Finished(
        table("datasets/participants.parquet"),
        table("datasets/outcomes.parquet") if study.outcomes else None,
        {form: table(f"validated/{form}.parquet") for form in (harms["tables"] if harms else [])},
    )


def _not_there(study: Study, results: Path, into: Path) -> Iterator[Path]:
    """Yield the folders in which a key may not lie."""
    yield into
    for folder in (results.resolve().parent, study.folder.resolve()):
        yield folder
        yield from (above for above in folder.parents if (above / ".git").exists())


def write_folder(made: Blinded, into: Path) -> None:
    """Write the blinded study into a new folder, whole or not at all; times and modes are fixed."""
    draft = into.with_name(f".{into.name}.{os.getpid()}")
    try:
        for name, data in sorted(made.files.items()):
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(FILE)
        folders = [draft, *(path for path in draft.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(FOLDER)
        for path in (*draft.rglob("*"), draft):
            os.utime(path, (WHEN, WHEN))
        draft.rename(into)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise StudyError(
            f"The blinded study cannot be written: {error.strerror}", where=into.as_posix()
        ) from None
