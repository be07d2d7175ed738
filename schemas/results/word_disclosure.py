"""The contract of the counts of words that could tell who speaks."""

from schemas.base import Text, Whole, YesNo, column
from schemas.results.base import Result


class WordDisclosure(Result):
    """One row is a rule in one kind of text, and how many flags of it are decided how."""

    texts: Text = column("Texts", "What was looked through: quotations, texts, segments")
    rule: Text = column("Rule", "Rule that sees the words")
    label: Text = column("Label", "What readers call the rule")
    flags: Whole = column("Flags", "Stretches of text that the rule names", ge=0)
    kept: Whole = column("Kept", "Flags that people decided to print", ge=0)
    masked: Whole = column("Masked", "Flags whose words are left out", ge=0)
    generalised: Whole = column("Generalised", "Flags that others words stand for", ge=0)
    undecided: Whole = column("Undecided", "Flags that nobody has decided", ge=0)
    stops: YesNo = column("Stops", "An undecided flag in a quotation stops the report")
