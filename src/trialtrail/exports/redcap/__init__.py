"""REDCap: what its data dictionary says becomes tidy tables and checks.

Nothing heavy is imported here: the Snakefile reads dictionaries while it is read.
"""
