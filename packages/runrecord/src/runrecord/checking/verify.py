"""Say whether a results folder is whole: what has changed, is missing, or is in no record.

The checks are those of `standalone_verify`, the file that lies in each results folder and needs
nothing but Python: this command runs that code. It adds what only the package knows: the kinds of
files, Snakemake's own notes beside the records, and how the jobs ran.
"""

from __future__ import annotations

import argparse

from runrecord import journal
from runrecord.checking import standalone_verify
from runrecord.checking.circumstances import circumstances
from runrecord.checking.independent_evidence import (
    METADATA,
    read_notes,
    snakemake_differences,
)
from runrecord.seal import kind_of

add_arguments = standalone_verify.add_arguments


class Check(standalone_verify.Check):
    """One verification, with what the package adds.

    Attributes:
        faults: by path, what is wrong with a file.
        notes: what is no fault and worth knowing.
        away: by place, the paths of raw files and code that did not come with the results.
    """

    kind_of = staticmethod(kind_of)
    account = journal.Account

    def check_more(self) -> None:
        """Compare the records with Snakemake's notes, and note how the jobs ran."""
        notes = read_notes(self.results.parent)
        for name, text in snakemake_differences(self.records, notes, self.journal.heard_by()):
            self.fault(self.paths.get(name, name), text)
        if not notes:
            note = f"not compared with Snakemake's own notes: {METADATA} is not here"
            self.fault(METADATA, note) if self.strict else self.notes.append(note)
        self.notes += circumstances(self.records)


def command(arguments: argparse.Namespace) -> int:
    """Verify a results folder; return the exit code that `standalone_verify` tells of."""
    return standalone_verify.command(arguments, Check)
