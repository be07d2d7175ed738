"""Make the manifest (one line a file used or made) and the graph of lineage (files and jobs)."""

from runrecord.seal import seal_run

from trialtrail.record import run

run(seal_run, globals())
