"""Give the inputs of a run that is a results folder, or a restricted bundle of one."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trialtrail.errors import StudyError
from trialtrail.trail.bundle import HEAD
from trialtrail.trail.comparing.run_inputs import RunInputs


@contextmanager
def run_of(
    given: str,
    raw: str | None,
    code: str | None,
    configuration: str | None,
    shown: str = "",
) -> Iterator[RunInputs]:
    """Give the inputs of a run; a bundle is unpacked for as long as they are looked at.

    ``shown`` is what the run is called in the answer, where that is not its path.

    Raises:
        StudyError: a bundle is damaged, or is a public one.
    """
    if not Path(given).is_file():
        run = RunInputs(given, raw, code, configuration)
        run.shown = shown or run.shown
        yield run
        return
    with tempfile.TemporaryDirectory(prefix="trialtrail-") as folder:
        _unpack(given, Path(folder))
        run = RunInputs(Path(folder) / "results", raw or folder, code or folder, configuration)
        run.shown = shown or given
        yield run


def _unpack(given: str, folder: Path) -> None:
    try:
        with zipfile.ZipFile(given) as bundle:
            if HEAD in bundle.namelist():
                raise StudyError(
                    "A public bundle has not all that two runs are compared by",
                    where=given,
                    remedy="give the restricted bundle, or the results folder",
                )
            bundle.extractall(folder)
    except (zipfile.BadZipFile, OSError, RuntimeError):
        raise StudyError(
            "It is neither a results folder nor a bundle of one",
            where=given,
            remedy="give the folder, or a file that `trialtrail bundle --restricted` made",
        ) from None
