"""Standard error, degrees of freedom and interval of a contrast of fixed effects.

Three kinds: Satterthwaite's degrees of freedom, by the observed information of the variances; and
those of Kenward and Roger (Biometrics 1997;53:983-97), which also correct the standard error for
the estimation of the variances, by the expected information as in their paper (and R's pbkrtest)
or by the observed one (as SAS and R's mmrm have it). The covariance is linear in the variances, so
the correction has no term of second derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialtrail.analysis.wald import interval, two_sided

EXPECTED, OBSERVED, SATTERTHWAITE = (
    "kenward_roger_expected",
    "kenward_roger_observed",
    "satterthwaite",
)
KINDS = (EXPECTED, OBSERVED, SATTERTHWAITE)


@dataclass(frozen=True)
class Curvature:
    """What the likelihood of a fitted model says of its variances, at their estimates.

    Attributes:
        covariance: of the fixed effects, p x p.
        first: X'V⁻¹VₖV⁻¹X for each variance k, q x p x p, Vₖ the derivative of V.
        second: X'V⁻¹VₖV⁻¹VₗV⁻¹X for each pair, q x q x p x p.
        expected: the expected information of the variances, q x q.
        observed: the observed one.
    """

    covariance: np.ndarray
    first: np.ndarray
    second: np.ndarray
    expected: np.ndarray
    observed: np.ndarray

    def only(self, kept: np.ndarray) -> Curvature:
        """Return what is said of some of the variances, the others held where they are."""
        square = np.ix_(kept, kept)
        return Curvature(
            self.covariance,
            self.first[kept],
            self.second[square],
            self.expected[square],
            self.observed[square],
        )


@dataclass(frozen=True)
class ContrastResult:
    """A linear combination of fixed effects with its interval and its test against zero."""

    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    statistic: float
    p: float


def infer(
    contrast: np.ndarray, effects: np.ndarray, curvature: Curvature, kind: str, level: float
) -> ContrastResult | None:
    """Return a contrast of fixed effects with its inference; None where it has none.

    It has none where the information of the variances cannot be inverted.

    Args:
        contrast: p weights.
        effects: the p fixed effects.
        curvature: of the fitted model.
        kind: one of `KINDS`.
        level: the confidence level.
    """
    covariance = curvature.covariance
    information = curvature.expected if kind == EXPECTED else curvature.observed
    try:
        of_variances = np.linalg.inv(information)
        np.linalg.cholesky(of_variances)
    except np.linalg.LinAlgError:
        return None
    half = covariance @ contrast
    variance = float(contrast @ half)
    slope = np.einsum("i,kij,j->k", half, curvature.first, half)
    spread = float(slope @ of_variances @ slope)
    if not variance > 0 or not spread > 0:
        return None
    df = 2 * variance**2 / spread
    if kind != SATTERTHWAITE:
        crossed = np.einsum(
            "kl,klij->ij",
            of_variances,
            curvature.second
            - np.einsum("kab,bc,lcd->klad", curvature.first, covariance, curvature.first),
        )
        variance += 2 * float(half @ crossed @ half)
        if not variance > 0:
            return None
    estimate, se = float(contrast @ effects), float(np.sqrt(variance))
    return ContrastResult(
        estimate, se, df, *interval(estimate, se, df, level), *two_sided(estimate, se, df)
    )
