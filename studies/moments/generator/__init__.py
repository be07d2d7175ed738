"""Seeded generator of the synthetic study that ships with the workflow.

Every record it writes is invented. The totals, and the one table of individuals that was ever
printed, follow the published reports; no row describes a person.
`python -m studies.moments.generator [OUTDIR]` writes all exports; the same bytes on every run.
"""

SEED = "moments-2003"
