"""Makes the table `codes`: one row is a theme, a category or a code, and where it was found."""

import pandas as pd

from trialtrail.cells import nearest
from trialtrail.codings import entries, held, of_entry, role_stages
from trialtrail.errors import StudyError
from trialtrail.lineage import Rows, run
from trialtrail.tables import read_table, write_result


def coder_counted(segments: pd.DataFrame, coder: str | None) -> str | None:
    """Return whose segments are counted: ``coder``, or else the first by name.

    Raises:
        StudyError: nobody of that name coded.
    """
    coders = sorted(segments["coder"].unique())
    if coder is None:
        return coders[0] if coders else None
    if coder not in coders:
        raise StudyError(
            f"no segment has the coder `{coder}`{nearest(coder, coders)}",
            where="configuration, coder whose segments are counted",
            rule="a coder is the name given to one of the codings",
            remedy="correct the name",
        )
    return coder


def documents_of_all(segments: pd.DataFrame, coders: int) -> int:
    """Return in how many documents every coder found it."""
    return int((segments.groupby("document")["coder"].nunique() == coders).sum()) if coders else 0


def tabulate_codes(
    segments: pd.DataFrame,
    codebook: pd.DataFrame,
    interviews: pd.DataFrame,
    coder: str | None = None,
) -> pd.DataFrame:
    """Return counts for each theme, category and code; the first row, ``all``, has the interviews.

    ``documents`` are the interviews in which at least one coder found it: the question there is
    whether it occurs, and a passage that one coder overlooked still says so.
    ``documents_every_coder`` are those in which all found it. ``segments`` are those of one coder,
    for two coders mark the same passage twice; a passage with two codes of a theme counts twice
    for the theme. ``documents_<role>_<stage>`` split ``documents``. Row ``all`` counts the
    interviews that were held and have a transcript, coded or not: the denominators.
    """
    register = held(interviews)
    whose = coder_counted(segments, coder)
    coders = segments["coder"].nunique()
    pairs = role_stages(interviews)
    rows = [{"row": "all", "level": "all", "label": "All interviews"} | _documents(register, pairs)]
    rows[0]["segments"] = int((segments["coder"] == whose).sum())
    rows[0]["documents_every_coder"] = documents_of_all(segments, coders)
    for _, entry in entries(codebook).iterrows():
        chosen = of_entry(segments, entry)
        where = register[register["document"].isin(chosen["document"])]
        rows.append(
            {name: entry[name] for name in ("row", "level", "label")}
            | {"segments": int((chosen["coder"] == whose).sum())}
            | {"documents_every_coder": documents_of_all(chosen, coders)}
            | _documents(where, pairs)
        )
    first = ["row", "level", "label", "segments", "documents", "documents_every_coder"]
    table = pd.DataFrame(rows)
    return table[first + [name for name in table.columns if name not in first]]


def _documents(register: pd.DataFrame, pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Return the number of documents, in all and by role and stage."""
    known = register[["role", "stage"]].fillna("")
    kinds = list(known.itertuples(index=False, name=None))
    split = {f"documents_{role}_{stage}": kinds.count((role, stage)) for role, stage in pairs}
    return {"documents": len(register)} | split


def main(job) -> dict[str, Rows]:
    """Read the coded segments; write the table."""
    segments = read_table(job.input.segments)
    table = tabulate_codes(
        segments,
        read_table(job.input.codebook),
        read_table(job.input.interviews),
        getattr(job.params, "coder", None),
    )
    write_result(table, job.output.table)
    return {"segments": Rows(read=len(segments), used=len(segments), set_aside={})}


run(main, globals())
