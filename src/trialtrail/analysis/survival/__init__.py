"""Time to an event: curves, the log-rank test, Cox models, restricted means, incidence.

Nothing is imported here: who needs one curve alone does not rest on the models.
"""
