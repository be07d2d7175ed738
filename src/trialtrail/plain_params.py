"""Let Snakemake compare parameters without loading pandas.

Where pandas is installed, Snakemake imports it to see whether a parameter is a data frame, which
takes a third of the time in which it finds that there is nothing to do. The parameters of our rules
come from a configuration file: texts, numbers, lists and mappings.
"""

from __future__ import annotations


def compare_plainly() -> None:
    """Have each parameter compared by its text, as Snakemake does where there is no pandas."""
    from snakemake.persistence import PersistenceBase

    PersistenceBase._serialize_param = property(lambda self: self._serialize_param_builtin)
