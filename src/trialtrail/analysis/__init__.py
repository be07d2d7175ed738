"""The analysis: the plan's entries, the methods that fit them, and the rows that they give."""
