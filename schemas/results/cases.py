"""The contracts of the tables of cases: balance, framework matrix, contrary cases, fragility."""

from schemas.base import Text, Whole, YesNo, column
from schemas.results.base import NULLABLE, Result

COUNT = NULLABLE | {"ge": 0}


class QuotationBalance(Result):
    """One row is all people interviewed, a role, a stage, both, a theme, a person or a quotation."""

    level: Text = column("Level", "all, role, stage, role_stage, theme, person, quotation")
    label: Text = column("Label", "What readers call it; of a quotation, its speaker")
    role: Text = column("Role", "Role of the people", **NULLABLE)
    number: Whole = column("Number", "Number of the person within the role", **NULLABLE)
    stage: Text = column("Stage", "Stage of the interviews", **NULLABLE)
    theme: Text = column("Theme", "Theme that the row is of", **NULLABLE)
    interviewed: Whole = column("Interviewed", "People interviewed", **COUNT)
    coded: Whole = column("Coded", "People with a coded passage, of the theme if one", **COUNT)
    quoted: Whole = column("Quoted", "People with a quotation, under the theme if one", **COUNT)
    not_quoted: Whole = column("Not quoted", "People coded and not quoted", **COUNT)
    passages: Whole = column("Passages", "Passages of the coder counted", **COUNT)
    quotations: Whole = column("Quotations", "Quotations that may be printed", **COUNT)
    of_quotations: Whole = column("Of", "Quotations in all", **COUNT)
    greatest_of_one: Whole = column("Most", "Most quotations of one person", **COUNT)
    people_of_greatest: Whole = column("People of most", "People with that number", **COUNT)
    most: YesNo = column("Most quoted", "Nobody has more quotations", **NULLABLE)
    contrary: Whole = column("Contrary", "Quotations that speak against a theme", **COUNT)
    against: Whole = column("Against", "People who speak against it", **COUNT)
    against_quoted: Whole = column("Against and quoted", "Of them, people so quoted", **COUNT)
    coded_by_none: Whole = column("By none", "Quotations no coder put under their theme", **COUNT)
    coded_by_one: Whole = column("By one", "Quotations one coder put under it", **COUNT)
    coded_by_several: Whole = column("By several", "Put under it by more than one", **COUNT)
    coders: Whole = column("Coders", "Coders who put a part of it under its theme", **COUNT)
    coders_half: Whole = column("Coders of half", "Who put half of it or more there", **COUNT)
    of_coders: Whole = column("Of coders", "Coders who marked the transcript", **COUNT)
