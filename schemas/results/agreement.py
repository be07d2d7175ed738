"""The contracts of the tables of the agreement of coders."""

from schemas.base import Real, Text, Whole, column
from schemas.results.base import NULLABLE, Result


class Agreement(Result):
    """One row is one code, one theme, or all codes, judged on one kind of unit.

    The rows by character of all documents are named after their item; ``.turn`` and ``.passage``
    are added for the other units, and the stage or the round of coding for a part of the documents.
    Every measure is joint over all coders, and its limits are those of a bootstrap interval.
    """

    level: Text = column("Level", "all, theme, code")
    item: Text = column("Item", "Name of the theme or code")
    label: Text = column("Label", "What readers call it")
    theme: Text = column("Theme", "Of a code that stands under one", **NULLABLE)
    unit: Text = column("Unit", "character, turn, passage: what is marked or not")
    stage: Text = column("Stage", "Of interviews of which stage; all where empty", **NULLABLE)
    round: Text = column("Round", "Of documents of which round of coding", **NULLABLE)
    coded_from: Text = column("From", "First day on which one of them was last coded", **NULLABLE)
    coded_to: Text = column("To", "Last day on which one of them was last coded", **NULLABLE)
    documents: Whole = column("Documents", "That two coders or more read", ge=0)
    coders: Whole = column("Coders", "Who read one of them", ge=0)
    units: Whole = column("Units", "Units judged by two coders or more", ge=0, **NULLABLE)
    percent_agreement: Real = column("Agreement", "Alike decisions, percent", **NULLABLE)
    percent_agreement_lower: Real = column("Lower", "Of the percentage", **NULLABLE)
    percent_agreement_upper: Real = column("Upper", "Of the percentage", **NULLABLE)
    kappa: Real = column("Kappa", "Cohen's; of more than two coders Conger's", **NULLABLE)
    kappa_lower: Real = column("Lower", "Of kappa", **NULLABLE)
    kappa_upper: Real = column("Upper", "Of kappa", **NULLABLE)
    fleiss: Real = column("Pi", "Scott's; of more than two coders Fleiss' kappa", **NULLABLE)
    fleiss_lower: Real = column("Lower", "Of it", **NULLABLE)
    fleiss_upper: Real = column("Upper", "Of it", **NULLABLE)
    ac1: Real = column("AC1", "Gwet's", **NULLABLE)
    ac1_lower: Real = column("Lower", "Of AC1", **NULLABLE)
    ac1_upper: Real = column("Upper", "Of AC1", **NULLABLE)
    alpha: Real = column("Alpha", "Krippendorff's for nominal data", **NULLABLE)
    alpha_lower: Real = column("Lower", "Of alpha", **NULLABLE)
    alpha_upper: Real = column("Upper", "Of alpha", **NULLABLE)
    alpha_u: Real = column("Unitising alpha", "Krippendorff 1995 and 2004", **NULLABLE)
    alpha_u_lower: Real = column("Lower", "Of unitising alpha", **NULLABLE)
    alpha_u_upper: Real = column("Upper", "Of unitising alpha", **NULLABLE)
    u_alpha: Real = column("|u-alpha", "Krippendorff and others 2016", **NULLABLE)
    u_alpha_lower: Real = column("Lower", "Of |u-alpha", **NULLABLE)
    u_alpha_upper: Real = column("Upper", "Of |u-alpha", **NULLABLE)
    cu_alpha: Real = column("cu-alpha", "Codes of a theme where both marked; themes", **NULLABLE)
    cu_alpha_lower: Real = column("Lower", "Of cu-alpha", **NULLABLE)
    cu_alpha_upper: Real = column("Upper", "Of cu-alpha", **NULLABLE)
    prevalence: Real = column("Marked, percent", "Of units judged, mean of coders", **NULLABLE)
    prevalence_lowest: Real = column("Lowest", "Of the coder who marked least", **NULLABLE)
    prevalence_highest: Real = column("Highest", "Of the coder who marked most", **NULLABLE)
    characters: Whole = column("Characters", "Characters judged", ge=0, **NULLABLE)
    marked_either: Whole = column("Marked", "Units marked by any coder", ge=0, **NULLABLE)
    marked_both: Whole = column("Marked by both", "By all who read them", ge=0, **NULLABLE)
    note: Text = column("Note", "Why something is missing", **NULLABLE)


class AgreementDrift(Result):
    """One row compares alpha by character of one item in the first and the last part of documents."""

    level: Text = column("Level", "all, theme, code")
    item: Text = column("Item", "Name of the theme or code")
    label: Text = column("Label", "What readers call it")
    theme: Text = column("Theme", "Of a code that stands under one", **NULLABLE)
    split: Text = column("Parts", "stage: of interviews; round: of coding")
    first: Text = column("First", "The first part")
    last: Text = column("Last", "The last part")
    documents_first: Whole = column("Documents", "Of the first part", ge=0)
    documents_last: Whole = column("Documents", "Of the last part", ge=0)
    alpha_first: Real = column("Alpha, first", "Of the first part", **NULLABLE)
    alpha_last: Real = column("Alpha, last", "Of the last part", **NULLABLE)
    difference: Real = column("Difference", "Of the last part less the first", **NULLABLE)
    lower: Real = column("Lower", "Of the difference", **NULLABLE)
    upper: Real = column("Upper", "Of the difference", **NULLABLE)
    direction: Text = column("Direction", "higher, lower, undecided: as 0 lies", **NULLABLE)


class Disagreements(Result):
    """One row is one code, one theme, or all codes: the characters on which coders differ.

    They differ at an edge where every reader marked some of the passage, and without counterpart
    where a reader marked nothing of it; a passage is what readers marked under the code, together
    where it overlaps. The row of all sums the codes.
    """

    level: Text = column("Level", "all, theme, code")
    label: Text = column("Label", "What readers call it")
    documents: Whole = column("Documents", "That two coders or more read", ge=0)
    marked_either: Whole = column("Marked", "Characters marked by any coder", ge=0, **NULLABLE)
    marked_both: Whole = column("By all", "Characters marked by all readers", ge=0, **NULLABLE)
    differing: Whole = column("Differing", "Marked by some and not by all", ge=0, **NULLABLE)
    edges: Whole = column("At edges", "Of them at edges of passages", ge=0, **NULLABLE)
    edges_percent: Real = column("At edges, percent", "Of those differing", **NULLABLE)
    without_counterpart: Whole = column(
        "Without counterpart", "Of them in passages that a reader did not mark", ge=0, **NULLABLE
    )
    without_percent: Real = column("Without, percent", "Of those differing", **NULLABLE)
    mostly: Text = column("Mostly", "edges, without_counterpart, both: which is more", **NULLABLE)
    passages: Whole = column("Passages", "Marked by any coder", ge=0, **NULLABLE)
    passages_all: Whole = column("Passages of all", "Marked by all readers", ge=0, **NULLABLE)
    passages_without_counterpart: Whole = column(
        "Passages without", "That a reader did not mark", ge=0, **NULLABLE
    )


class Readings(Result):
    """One row is one coder, or one coder and one theme or code: what was read, and what marked."""

    coder: Text = column("Coder", "Who gave the codes")
    item: Text = column("Item", "Name of the theme or code; all where empty", **NULLABLE)
    level: Text = column("Level", "theme, code", **NULLABLE)
    label: Text = column("Label", "What readers call it", **NULLABLE)
    known: Text = column("Known", "stated by the study, or marked: read where something is marked")
    documents: Whole = column("Documents", "That the coder read", ge=0)
    documents_shared: Whole = column("Shared", "Of them read by another coder too", ge=0)
    documents_marked: Whole = column("Marked", "In which the coder marked something", ge=0)
    characters: Whole = column("Characters", "That the coder read", ge=0)
    segments: Whole = column("Segments", "Passages that the coder marked", ge=0)
    marked: Whole = column("Marked", "Characters marked", ge=0, **NULLABLE)
    marked_percent: Real = column("Marked, percent", "Of the characters read", **NULLABLE)
