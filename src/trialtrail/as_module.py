"""Let a workflow that takes this one as a module begin and end its runs as this one does.

Snakemake runs `onstart`, `onsuccess` and `onerror` of the main Snakefile alone. Ours note each run
in the journal, and without a beginning there is nothing that could be sealed. So a module hands
them on; hooks that the main Snakefile has registered before its module statement run as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

HOOKS = ("onstart", "onsuccess", "onerror")
"""The hooks of a workflow, by the names under which a module has them among its globals."""


def hand_on_hooks(workflow: Any, own: Mapping[str, Any]) -> None:
    """Have the hooks of a module run by the workflow that takes it.

    Args:
        workflow: Snakemake's workflow, while the rules of the module are read.
        own: the globals of the module, among them its hooks.
    """
    if workflow.modifier.is_main_snakefile():
        return
    for name in HOOKS:
        attribute = f"_{name}"
        setattr(workflow, attribute, _both(getattr(workflow, attribute), own[name]))


def _both(outer: Callable[..., Any], inner: Callable[..., Any]) -> Callable[[Any], None]:
    def hook(log: Any) -> None:
        inner(log=log)
        outer(log)

    return hook
