"""Make the manifest (one line a file used or made) and the graph of lineage (files and jobs)."""

import shutil
from pathlib import Path

from trialtrail.lineage import Rows, run
from trialtrail.lineage.digest import file_digest, json_text
from trialtrail.lineage.journal import FOLDER, check_configuration_kept, write_head
from trialtrail.lineage.seal import seal


def surroundings(given) -> list[str]:
    """Return the files that no job read and the run rests on: the configuration and the map."""
    found = [getattr(given, name, []) for name in ("configuration", "map")]
    return [path for part in found for path in ([part] if isinstance(part, str) else part)]


def check_configuration(given) -> None:
    """Refuse to seal another configuration than the one that was parsed when the run started."""
    path = getattr(given, "configuration", None)
    if path is not None:
        check_configuration_kept(FOLDER, path, file_digest(path))


def main(job) -> dict[str, Rows]:
    """Join the records; write the graph, the journal's head, `verify.py` and the manifest."""
    records = [job.input.records] if isinstance(job.input.records, str) else job.input.records
    check_configuration(job.input)
    sealed = seal(records)
    for path in surroundings(job.input):
        sealed.accompany(path)
    Path(job.output.lineage).write_text(json_text(sealed.lineage()), encoding="utf-8")
    write_head(job.output.head)
    shutil.copyfile(job.input.verifier, job.output.verifier)
    for path in (job.output.lineage, job.output.head, job.output.verifier):
        sealed.accompany(path)
    Path(job.output.manifest).write_text(sealed.manifest(), encoding="utf-8")
    return {"records": Rows(read=len(records), used=len(sealed.jobs))}


run(main, globals())
