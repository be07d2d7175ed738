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


class FrameworkMatrix(Result):
    """One row is one case and one theme: what was found, and the summary that people wrote."""

    case: Text = column("Case", "The person: role and number, or the document")
    label: Text = column("Label", "What readers call the case")
    role: Text = column("Role", "Role of the person", **NULLABLE)
    number: Whole = column("Number", "Number within the role", **NULLABLE)
    stages: Text = column("Stages", "Stages at which the person was interviewed", **NULLABLE)
    interviews: Whole = column("Interviews", "Interviews of the person", ge=0)
    theme: Text = column("Theme", "Row of the theme, category or code in the table of codes")
    theme_label: Text = column("Theme label", "What readers call it")
    state: Text = column(
        "State",
        "found; absent: asked and not found; not asked; not known: not found, maybe not asked",
        isin=["found", "absent", "not asked", "not known"],
    )
    asked: YesNo = column("Asked", "The theme was asked of the person", **NULLABLE)
    passages: Whole = column("Passages", "Of the coder counted", ge=0)
    coders: Whole = column("Coders", "Coders who found it", ge=0)
    of_coders: Whole = column("Of coders", "Coders who marked anything of the person", ge=0)
    by_coder: Text = column("By coder", "Passages of each coder", **NULLABLE)
    places: Text = column("Places", "Transcript, first character and the one after", **NULLABLE)
    summary: Text = column("Summary", "Written by people; empty where none is yet", **NULLABLE)
    summary_by: Text = column("By", "Who wrote it", **NULLABLE)
    summary_on: Text = column("On", "When", **NULLABLE)


class Fragility(Result):
    """One row is a claim by all that was coded, without one person, or by one coder alone."""

    claim: Text = column("Claim", "Name of the claim")
    label: Text = column("Label", "The claim; of what was found, the theme or category")
    kind: Text = column("Kind", "found, at_least, in_every, more_in")
    entry: Text = column("Entry", "Row of the theme, category or code in the table of codes")
    level: Text = column("Level", "theme, category, code")
    scope: Text = column("Scope", "whole, without, alone", isin=["whole", "without", "alone"])
    without: Text = column("Without", "The person left out", **NULLABLE)
    coder: Text = column("Coder", "The coder whose codings alone count", **NULLABLE)
    n: Whole = column("n", "People in whom it was found", ge=0)
    denominator: Whole = column("Of", "People interviewed", ge=0)
    holds: YesNo = column("Holds", "The claim holds")
    least_without: Whole = column("Least", "Least n without one person", **COUNT)
    least_alone: Whole = column("Least alone", "Least n by one of several coders", **COUNT)
    people_it_rests_on: Whole = column("People", "Without whom it does not hold, each", **COUNT)
    coders_it_fails_by: Whole = column("Coders", "By whom alone it does not hold, each", **COUNT)
    rests_on: Text = column("Rests on", "one person, one coder; empty for neither", **NULLABLE)
    people_named: Text = column("Whom", "People without any one of whom it falls", **NULLABLE)
    coders_named: Text = column("By whom", "Coders by whom alone it falls", **NULLABLE)


class DeviantCases(Result):
    """One row is a proposition, a case against it that people told of, or a person to look at."""

    kind: Text = column(
        "Kind", "proposition, case, to look at", isin=["proposition", "case", "to look at"]
    )
    proposition: Text = column("Proposition", "Name of the proposition")
    text: Text = column("Text", "The proposition", **NULLABLE)
    entry: Text = column("Entry", "Row in the table of codes that it rests on", **NULLABLE)
    entry_label: Text = column("Entry label", "What readers call that", **NULLABLE)
    cases: Whole = column("Cases", "Cases against it that people told of", **COUNT)
    to_look_at: Whole = column("To look at", "Further people whom a rule offers", **COUNT)
    case: Text = column("Case", "The person: role and number, or the document", **NULLABLE)
    label: Text = column("Label", "What readers call the person", **NULLABLE)
    role: Text = column("Role", "Role of the person", **NULLABLE)
    number: Whole = column("Number", "Number within the role", **NULLABLE)
    quotation: Text = column("Quotation", "Number of the quotation that shows it", **NULLABLE)
    words: Text = column("Words", "The words, as they stand in the transcript", **NULLABLE)
    document: Text = column("Transcript", "Where they stand", **NULLABLE)
    start: Whole = column("Start", "First character, in code points from 0", **COUNT)
    end: Whole = column("End", "Character after the last", **COUNT)
    says: Text = column("Says", "In what it speaks against; how people searched", **NULLABLE)
    resolved: Text = column("Resolved", "What became of the proposition", **NULLABLE)
    by: Text = column("By", "Who resolved it, or searched", **NULLABLE)
    on: Text = column("On", "When", **NULLABLE)
    why: Text = column("Why", "By which rule a person is to be looked at", **NULLABLE)
    codes: Text = column("Codes", "The contrary codes of the person", **NULLABLE)


class StagePeople(Result):
    """One row is all people interviewed, or a role: are they the same people at each stage?"""

    label: Text = column("Label", "What readers call it")
    role: Text = column("Role", "The role; all where it is empty", **NULLABLE)
    stages: Whole = column("Stages", "Stages at which somebody was interviewed", ge=0)
    people: Whole = column("People", "People interviewed", ge=0)
    at_several: Whole = column("At several", "Interviewed at more than one stage", ge=0)
    at_all: Whole = column("At all", "Interviewed at every stage", ge=0)
    state: Text = column(
        "State", "one stage, same people, some of them the same, different people"
    )


class CaseMatrix(Result):
    """One row is what is known of one person in one variable, a number by its band."""

    case: Text = column("Case", "The person: role and number")
    label: Text = column("Label", "What readers call the person")
    role: Text = column("Role", "Role of the person", **NULLABLE)
    number: Whole = column("Number", "Number within the role", **NULLABLE)
    variable: Text = column("Variable", "Name of the variable")
    variable_label: Text = column("Variable label", "What readers call it")
    unit: Text = column("Unit", "Unit of a number", **NULLABLE)
    value: Text = column("Value", "Band, text, yes or no; empty where not known", **NULLABLE)
    banded: YesNo = column("Banded", "A band stands for a number")


class ThemeByGroup(Result):
    """One row is one theme and one level of a variable: in how many people it was found."""

    theme: Text = column("Theme", "Row of the theme, category or code in the table of codes")
    theme_label: Text = column("Theme label", "What readers call it")
    variable: Text = column("Variable", "Name of the variable")
    variable_label: Text = column("Variable label", "What readers call it")
    unit: Text = column("Unit", "Unit of a number", **NULLABLE)
    role: Text = column("Role", "Role of the people")
    level: Text = column("Level", "Band or value of the variable")
    people: Whole = column("People", "People with the level", ge=0)
    n: Whole = column("n", "People with the level in whom the theme was found", ge=0)
    denominator: Whole = column("Of", "People with the level but for those not asked", ge=0)
