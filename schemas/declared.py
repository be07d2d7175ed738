"""The contract of what the derivations declare of a dataset: `lineage/columns/<dataset>.json`."""

import pandas as pd
import pandera.pandas as pa

from trialtrail.origins import KINDS, SOURCE

from schemas.base import Text, YesNo, column


class Declared(pa.DataFrameModel):
    """One row is one source of one derivation, or a derivation that has none."""

    dataset: Text = column("Dataset", "Name of the dataset")
    name: Text = column("Column", "Name of the column")
    kind: Text = column("Kind", "How the column is made", isin=KINDS)
    where: Text = column("Where", "Columns of the dataset by which the rows are chosen")
    source: Text = column("Source", "layer:table.column", nullable=True, str_matches=SOURCE)
    by: Text = column("By", "Columns by which rows of other tables belong to a row", nullable=True)
    of_dataset: YesNo = column(
        "Of the dataset", "Whether `where` and the key name its columns", eq=True
    )
    rule: Text = column("Rule", "The rule in words", str_length={"min_value": 1})

    class Config:
        """Exactly these columns."""

        strict = True
        coerce = True

    @pa.dataframe_check(error="sources: a column that is given by the plan has none, others have")
    def has_sources(cls, frame):
        """What is assigned is made from no record; all else is."""
        return (frame["kind"] == "assigned") == frame["source"].isna()

    @pa.dataframe_check(error="validated: such a column is one of a validated table")
    def is_of_a_validated_table(cls, frame):
        """What is as validated has a source in a validated table."""
        of_table = frame["source"].str.startswith("validated:").fillna(False)
        return of_table | (frame["kind"] != "validated")

    @pa.dataframe_check(error="matched: the columns that are alike are named")
    def names_what_is_alike(cls, frame):
        """What is matched says by which columns."""
        return frame["by"].fillna("").ne("") | (frame["kind"] != "matched")


def flat(declared: dict) -> pd.DataFrame:
    """Return what `trialtrail.derive.derivation.write_columns` wrote, as the contract has it."""
    names = {entry["column"] for entry in declared["columns"]}
    rows = [
        {
            "dataset": declared["dataset"],
            "name": entry["column"],
            "kind": each["kind"],
            "where": " ".join(each["where"]),
            "source": source,
            "by": None if each["by"] is None else " ".join(each["by"]),
            "of_dataset": {*each["where"], *declared["key"], *(each["among"] or ())} <= names,
            "rule": each["rule"],
        }
        for entry in declared["columns"]
        for each in entry["derivations"]
        for source in each["sources"] or [None]
    ]
    return pd.DataFrame(rows)
