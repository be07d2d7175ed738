"""Export the derived datasets as ADaM-like datasets: ADSL, ADEFF and ADTTE, with definitions."""

import json
from pathlib import Path

from trialtrail import __version__
from trialtrail.exchange.adeff import observed_values
from trialtrail.exchange.adsl import subject_level
from trialtrail.exchange.adtte import time_to_event
from trialtrail.exchange.define_xml import define_xml
from trialtrail.exchange.definitions import definitions
from trialtrail.exchange.transport import dataset_json, last_day, write_xpt
from trialtrail.exchange.trial import Trial
from trialtrail.exchange.variables import AdamDataset, Declared
from trialtrail.exports.file_labels import labelled, read_labels
from trialtrail.record import Rows, run
from trialtrail.tables import read_table

NO_VALUE, NO_NUMBER = "no value", "no participant number"


def declared_in(path: str) -> Declared:
    """Return what is declared of the columns of a dataset."""
    columns = json.loads(Path(path).read_text(encoding="utf-8"))
    return Declared(columns["dataset"], columns)


def adam_datasets(people, outcomes, trial: Trial, columns: list[Declared]) -> list[AdamDataset]:
    """Return the datasets that the study has: ADSL, ADEFF with values, ADTTE with times."""
    adsl = subject_level(people, trial, columns[0])
    found = [adsl]
    if trial.outcomes_of(timed=False):
        found.append(observed_values(outcomes, adsl, trial, columns[1]))
    if trial.outcomes_of(timed=True):
        found.append(time_to_event(outcomes, people, adsl, trial, columns[1]))
    return found


def counts_of(people, outcomes, datasets: list[AdamDataset]) -> dict[str, Rows]:
    """Return how many rows of each table are records, and why others are none."""
    nameless = int(people["participant_id"].isna().sum())
    aside = {NO_NUMBER: nameless} if nameless else {}
    counts = {
        "participants": Rows(read=len(people), used=len(people) - nameless, set_aside=aside),
    }
    if outcomes is not None:
        used = sum(len(each.frame) for each in datasets[1:])
        left = {NO_VALUE: len(outcomes) - used} if used < len(outcomes) else {}
        counts["outcomes"] = Rows(read=len(outcomes), used=used, set_aside=left)
    return counts


def main(job):
    """Read the datasets; write each as SAS transport file and Dataset-JSON, and the definitions."""
    people = read_table(job.input.participants)
    outcomes = read_table(job.input.outcomes[0]) if job.input.outcomes else None
    columns = [declared_in(path) for path in job.input.columns]
    given = job.params.trial
    labels = read_labels(job.input.readings)
    baseline = [labelled(each["form"], each, labels) for each in given["baseline"]]
    trial = Trial(**given | {"baseline": baseline})
    datasets = adam_datasets(people, outcomes, trial, columns)
    day = last_day(datasets)
    for dataset, xpt, path in zip(datasets, job.output.xpt, job.output.json, strict=True):
        write_xpt(dataset, xpt, day)
        text = dataset_json(dataset, trial.study["short_name"], day, __version__)
        Path(path).write_text(text, encoding="utf-8")
    about = definitions(datasets, trial, day)
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    Path(job.output.define).write_text(text, encoding="utf-8")
    Path(job.output.define_xml).write_bytes(define_xml(about, __version__))
    return counts_of(people, outcomes, datasets)


run(main, globals())
