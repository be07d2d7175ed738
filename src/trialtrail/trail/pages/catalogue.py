"""List every column of the study: what it is, where it is from, and the code that makes it.

Made from the sealed graph, the records of the jobs, the columns that the derivations declare, the
data dictionary and the text of the code. No row of any table is read.
"""

from __future__ import annotations

from trialtrail.trail.pages.column_entries import Evidence, Table, files_in
from trialtrail.trail.pages.dataset_columns import dataset_table
from trialtrail.trail.pages.validated_columns import raw_tables, validated_tables

DATASETS = "results/datasets/"


def catalogue(evidence: Evidence) -> list[Table]:
    """Return all tables: datasets, then validated tables, then raw files, each by name."""
    validated = {table.name: table for table in validated_tables(evidence)}
    datasets = [
        dataset_table(evidence, file, validated) for file in files_in(evidence.graph, DATASETS)
    ]
    return [*datasets, *validated.values(), *raw_tables(evidence)]
