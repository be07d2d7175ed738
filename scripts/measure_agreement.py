"""Makes the table `agreement`: a row is a code, a theme or all, and how far coders agree on it."""

from itertools import combinations

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.qualitative.agreement import (
    COUNTS,
    alpha_of_counts,
    characters,
    cohens_kappa,
    percent_agreement,
)
from trialtrail.record import Rows, run
from trialtrail.results.takes import Takes, takes, write_takes
from trialtrail.tables import read_table, write_result

from schemas.results.agreement import Agreement
from schemas.results.base import conform

ALL, SEGMENTS = "all", "dataset:segments"
ONE_CODER = "only one coder worked on the document"
"""Why a segment is set aside."""
MEASURES = {
    "percent_agreement": percent_agreement,
    "kappa": cohens_kappa,
    "alpha": alpha_of_counts,
}


def coded_together(segments: pd.DataFrame) -> pd.Series:
    """Tell of each segment whether more than one coder worked on its document."""
    return segments.groupby("document")["coder"].transform("nunique") > 1


def listed(codebook: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the table: `all`, the themes, the codes, with level and label.

    Raises:
        StudyError: a theme and a code have one id, so that a row would have two meanings.
    """
    parts = [pd.DataFrame({"row": [ALL], "level": [ALL], "label": ["All codes"]})]
    for level, label in (("theme", "theme_label"), ("code", "label")):
        named = codebook[[level, label]].drop_duplicates(level)
        named.columns = ["row", "label"]
        parts.append(named.assign(level=level))
    table = pd.concat(parts, ignore_index=True)
    if table["row"].duplicated().any():
        twice = table.loc[table["row"].duplicated(), "row"].iloc[0]
        raise StudyError(
            f"the id `{twice}` stands for two things in the codebook",
            where="table codebook, columns theme and code",
            rule="themes and codes have ids of their own, and none is `all`",
            remedy="rename one of them",
        )
    return table


def pair_counts(segments: pd.DataFrame, pair: tuple[str, str], lengths: dict) -> pd.DataFrame:
    """Return the characters that both, one or neither of two coders marked, by row of the table.

    Compared are the documents in which each of the two marked something. The row `all` pools the
    decisions of all codes: each character is judged once for each code that either used.
    """
    first, second = (segments[segments["coder"] == coder] for coder in pair)
    shared = set(first["document"]) & set(second["document"])
    first, second = (each[each["document"].isin(shared)] for each in (first, second))
    read = {document: length for document, length in lengths.items() if document in shared}
    codes, themes = (characters(read, first, second, by) for by in ("code", "theme"))
    pooled = pd.DataFrame([codes.sum()], index=[ALL])
    return pd.concat([pooled, themes, codes])


def measure_agreement(
    segments: pd.DataFrame, codebook: pd.DataFrame, transcripts: pd.DataFrame
) -> pd.DataFrame:
    """Return agreement by character for all codes, each theme and each code.

    A character of a theme is marked when any code of the theme marks it. ``percent_agreement`` is
    0-100; ``kappa`` is Cohen's and ``alpha`` Krippendorff's for nominal data, a character a unit;
    missing where neither coder used the code. ``characters`` were judged, ``marked_either`` and
    ``marked_both`` of them marked. With more than two coders the measures are means over the pairs
    and the characters sums.
    """
    lengths = transcripts.set_index("document")["text"].str.len().astype(int).to_dict()
    table = listed(codebook).set_index("row")
    pairs = list(combinations(sorted(segments["coder"].unique()), 2))
    counts = [pair_counts(segments, pair, lengths).reindex(table.index) for pair in pairs]
    for name, measure in MEASURES.items():
        each = [measure(count) for count in counts] or [pd.Series(index=table.index, dtype=float)]
        table[name] = pd.concat(each, axis="columns").mean(axis="columns")
    total = sum(counts) if counts else pd.DataFrame(index=table.index, columns=list(COUNTS))
    table["characters"] = total[list(COUNTS)].sum(axis="columns", min_count=1)
    table["marked_either"] = total["both"] + total["only_a"] + total["only_b"]
    table["marked_both"] = total["both"]
    whole = dict.fromkeys(("characters", "marked_either", "marked_both"), "Int64")
    return table.astype(whole).reset_index()


def agreement_takes(table: pd.DataFrame) -> dict[str, list[dict]]:
    """Return what the cells of each row take: the passages of its codes, and which were shared.

    The measures judge every character of the transcripts that two coders worked on.
    """
    shared = Takes(SEGMENTS, ("document", "coder"))
    texts = Takes("validated:transcripts", ("text",), {}, (), ("document",))
    taken = {}
    for row, level in zip(table["row"], table["level"], strict=True):
        where = {} if level == ALL else {level: row}
        marked = Takes(SEGMENTS, ("document", "code", "start", "end", "coder"), where)
        taken[row] = [
            *takes(("marked_either", "marked_both"), shared, marked),
            *takes(("percent_agreement", "kappa", "alpha", "characters"), shared, texts, marked),
        ]
    return taken


def main(job) -> dict[str, Rows]:
    """Read the coded segments; write the table."""
    segments = read_table(job.input.segments)
    used = int(coded_together(segments).sum())
    table = measure_agreement(
        segments, read_table(job.input.codebook), read_table(job.input.transcripts)
    )
    write_result(conform(table, Agreement), job.output.table)
    write_takes(job.output.takes, {"agreement": agreement_takes(table)})
    set_aside = {ONE_CODER: len(segments) - used} if used < len(segments) else {}
    return {"segments": Rows(read=len(segments), used=used, set_aside=set_aside)}


run(main, globals())
