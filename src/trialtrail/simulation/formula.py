"""Power by formula, as a check of what drawn trials give.

The variance of a mean of participants in clusters is that of independent ones times the design
effect 1 + (m - 1) ρ, in the arms that have clusters (Roberts and Roberts, Clin Trials 2005;
2:152-62; Moerbeek and Wong, Stat Med 2008;27:2850-64); m is the mean size of the cluster of a
participant, which is that of a cluster where all are of one size (Eldridge, Ashby and Kerry, Int J
Epidemiol 2006;35:1292-300). Degrees of freedom are Satterthwaite's, of k - 1 clusters or n - 1
participants in each arm, and the test is by the noncentral t distribution.
"""

from __future__ import annotations

import math

from scipy.special import nctdtr, stdtrit

from trialtrail.simulation.design import NESTED, Design


def power_by_formula(design: Design, alpha: float, arm: int = 1) -> float | None:
    """Return the power of the comparison of an arm with the reference, by its place.

    None where there is no formula: repeated measures, complier effects, imputed values, clusters
    across the arms.
    """
    if design.model != NESTED or (design.across and any(design.clusters)):
        return None
    parts, spread = 0.0, 0.0
    for place in (0, arm):
        part, units = variance_of_mean(design, place)
        parts += part
        spread += part**2 / max(units - 1, 1)
    if not parts:
        return None
    df, shift = parts**2 / spread, abs(design.effect) / math.sqrt(parts)
    limit = float(stdtrit(df, 1 - alpha / 2))
    return float(1 - nctdtr(df, shift, limit) + nctdtr(df, shift, -limit))


def variance_of_mean(design: Design, place: int) -> tuple[float, float]:
    """Return the variance of the mean of an arm at the covariate, and its independent units."""
    known = design.sizes[place] * (1 - design.lost[place])
    k = design.clusters[place]
    effect, units = 1.0, known
    if k:
        alpha = design.concentration[place]
        # The chance that two participants share a cluster; of a symmetric Dirichlet distribution.
        alike = 1 / k if math.isinf(alpha) else (alpha + 1) / (k * alpha + 1)
        effect, units = 1 + (known - 1) * alike * design.correlation, float(k)
    own = design.sd[place] ** 2 * (1 - design.covariate**2)
    return own * effect / known, units
