"""A study before its data: trials of its design can be drawn, and there is no report."""

from runrecord import syntax

TARGETS = ["results/report/power.html", "results/report/power.pdf"]

syntax.keep()


onstart:
    syntax.keep()  # once more: rules with a wildcard have asked for their code since
    isolation.check_libraries()
