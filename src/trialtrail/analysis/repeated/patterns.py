"""Sums of products of rows over the participants who have values at the same timepoints.

The likelihood of a model for repeated measures needs of its data no more than these sums, so that
its cost at each step does not depend on how many participants there are.
"""

from __future__ import annotations

import numpy as np


class Patterns:
    """Participants grouped by the timepoints at which they have a value.

    Args:
        regressors: a row a value, a column a regressor (what it is multiplied by may differ by
            timepoint).
        participant: of each row, the place of the participant, 0 and up.
        visit: of each row, the place of the timepoint, below ``visits``.
        visits: how many timepoints there are.

    Attributes:
        seen: (patterns, visits), whether the pattern has the timepoint.
        sizes: (patterns,), participants of each pattern.
        together: (visits, visits), participants who have values at both timepoints.
    """

    def __init__(
        self, regressors: np.ndarray, participant: np.ndarray, visit: np.ndarray, visits: int
    ) -> None:
        self._participant, self._visit, self.visits = participant, visit, visits
        people = int(participant.max()) + 1
        seen = np.zeros((people, visits), dtype=bool)
        seen[participant, visit] = True
        self.seen, which = np.unique(seen, axis=0, return_inverse=True)
        self.sizes = np.bincount(which.ravel())
        self.together = (self.seen * self.sizes[:, None]).T @ self.seen.astype(int)
        order = np.argsort(which.ravel(), kind="stable")
        self._members = np.split(order, np.cumsum(self.sizes)[:-1])
        self._wide = np.zeros((people, visits, regressors.shape[1]))
        self._wide[participant, visit] = regressors
        # Zeros stand for the timepoints without a value: they add nothing to a sum.
        self._among = [self._sum(self._wide[m], self._wide[m]) for m in self._members]

    @staticmethod
    def _sum(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        people, visits, width = left.shape
        flat = left.reshape(people, -1).T @ right.reshape(people, -1)
        return flat.reshape(visits, width, visits, -1).transpose(0, 2, 1, 3)

    def products(self, outcome: np.ndarray) -> np.ndarray:
        """Return the sums of products of the regressors and an outcome, which comes last.

        Args:
            outcome: of each row, its value: any of the same rows can take its place.

        Returns:
            (visits, visits, patterns, regressors + 1, regressors + 1); timepoints that a pattern
            lacks are zero.
        """
        wide = np.zeros((*self._wide.shape[:2], 1))
        wide[self._participant, self._visit, 0] = outcome
        width = self._wide.shape[2]
        found = np.empty((self.visits, self.visits, len(self.sizes), width + 1, width + 1))
        for place, members in enumerate(self._members):
            with_outcome = self._sum(self._wide[members], wide[members])
            found[:, :, place, :width, :width] = self._among[place]
            found[:, :, place, :width, width:] = with_outcome
            found[:, :, place, width:, :width] = with_outcome.transpose(1, 0, 3, 2)
            found[:, :, place, width:, width:] = self._sum(wide[members], wide[members])
        return found
