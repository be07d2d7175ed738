"""State what the run made: an in-toto Statement v1 with SLSA provenance v1, to be signed."""

from runrecord.statement import state_run

from trialtrail.record import run

run(state_run, globals())
