"""The report: every number in it is a reference to a cell of a result table."""
