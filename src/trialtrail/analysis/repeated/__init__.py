"""The mixed model for repeated measures: an outcome at several timepoints in one model.

`mmrm.mmrm` is the method; the others are its parts: the fixed effects (`design`), the sums over
participants with the same timepoints (`patterns`), the restricted likelihood and its derivatives
(`likelihood`), the covariance structures (`structures`), the search for the maximum (`search`) and
intervals of small samples (`inference`).
"""
