"""Find the paths of a configuration that lead out of the folder of the study."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from trialtrail.configuration.files_beside import files_beside

OF_EXPORTS = ("file", "dictionary", "events")
"""Keys of an export whose values are paths."""
DO = "put the file into the study's folder, or write `outside_files: true` at the top level"


def outside(config: dict[str, Any]) -> Iterator[tuple[str, list[str], str]]:
    """Yield each path that leads out of the study's folder: what is wrong, the key, what to do.

    The study's folder is that of the configuration file, or the one around it (``folder: ..``, as
    where the file lies in ``config/``), or one inside either. A link in that folder may lead
    anywhere: who made it can read what it leads to.
    """
    folder = config.get("folder", ".")
    if _leaves(folder) and os.path.normpath(folder) != "..":
        do = "move this file to the study, or write `outside_files: true` at the top level"
        yield "`folder` is neither the folder of this file nor the one around it", ["folder"], do
    named = [
        (["exports", name, key], export.get(key))
        for name, export in config["exports"].items()
        for key in OF_EXPORTS
    ]
    for section, key in (("report", "text"), ("study", "plan_lock")):
        named.append(([section, key], config.get(section, {}).get(key)))
    named += [(each.keys, each.name) for each in files_beside(config)]
    for path, value in named:
        if value and _leaves(value):
            yield f"{'.'.join(map(str, path))} leads out of the study's folder", path, DO


def _leaves(path: str) -> bool:
    return os.path.isabs(path) or os.path.normpath(path).split(os.sep)[0] == os.pardir
