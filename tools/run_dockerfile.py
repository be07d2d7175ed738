"""Run the steps of a Dockerfile by hand: each stage in a folder of its own, by chroot, as root.

    python -m tools.run_dockerfile --base DIR --into DIR [--mount STUDY] [WORD ...]

For machines without a container engine. ``--base`` is a folder with the system that stands for the
image after FROM, as ``debootstrap`` makes one, with the Python that the steps ask for; it is copied
for each stage. After the last step the ENTRYPOINT is run with the words, or with CMD, in the
WORKDIR and as the USER of the image (or of ``--user``), with ``--mount`` in the place of that
folder.

What is obeyed: FROM, ENV, WORKDIR, COPY (also --from), RUN in the form of the shell, USER, LABEL,
ENTRYPOINT and CMD. Any other instruction ends it: a step that is not run must not look as if it
were. Of the image itself (its Python, its layers) and of the engine this shows nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NETWORK = ("etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt")
"""Files of this machine that a container engine, or a builder's own network, would give."""
PASSED = re.compile(r"(PIP|UV)_.*|.*_proxy|SSL_CERT_FILE", re.IGNORECASE)
SET = {"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt", "DEBIAN_FRONTEND": "noninteractive"}
LOCAL = ("PIP_FIND_LINKS", "UV_FIND_LINKS", "UV_CACHE_DIR", "PIP_CACHE_DIR")
"""Variables that name folders of this machine."""


@dataclass
class Stage:
    """A stage: the folder of its system, and what its instructions have set so far."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "root"
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, continued lines joined and comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    found = [line.strip().partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name.upper(), rest.strip()) for name, _, rest in found]


class Builder:
    """Runs the instructions, one after the other."""

    def __init__(self, base: Path, into: Path, context: Path = ROOT) -> None:
        self.base, self.into, self.context = base, into, context
        self.stages: dict[str, Stage] = {}
        self.stage: Stage | None = None
        self.took: list[tuple[str, float]] = []

    def build(self, text: str) -> Stage:
        """Run all instructions; return the last stage.

        Raises:
            SystemExit: an instruction is not known, or a step fails.
        """
        for name, rest in instructions(text):
            act = getattr(self, f"do_{name.lower()}", None)
            if act is None:
                sys.exit(f"{name} is not obeyed here")
            start = time.perf_counter()
            act(rest)
            self.took.append((f"{name} {rest[:60]}", round(time.perf_counter() - start, 2)))
        return self.stage

    def do_from(self, rest: str) -> None:
        name = rest.partition(" AS ")[2] or str(len(self.stages))
        root = self.into / name
        self.into.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", "--reflink=auto", str(self.base), str(root)], check=True)
        for path in NETWORK:
            if os.path.exists(f"/{path}"):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(f"/{path}", root / path)
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.stage = self.stages[name] = Stage(root, {"PATH": path})

    def do_env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            known = self.stage.environment
            self.stage.environment[name] = re.sub(
                r"\$(\w+)", lambda found, known=known: known.get(found[1], ""), value
            )

    def do_label(self, rest: str) -> None:
        if not all("=" in pair for pair in shlex.split(rest)):
            sys.exit("a LABEL is a name, = and a text")

    def do_workdir(self, rest: str) -> None:
        self.stage.folder = os.path.join(self.stage.folder, rest)
        (self.stage.root / self.stage.folder[1:]).mkdir(parents=True, exist_ok=True)

    def do_user(self, rest: str) -> None:
        self.stage.user = rest

    def do_entrypoint(self, rest: str) -> None:
        self.stage.entry = json.loads(rest)

    def do_cmd(self, rest: str) -> None:
        self.stage.command = json.loads(rest)

    def do_copy(self, rest: str) -> None:
        words = shlex.split(rest)
        source = self.context
        if words[0].startswith("--from="):
            source = self.stages[words.pop(0).removeprefix("--from=")].root
        *paths, target = words
        place = self.stage.root / os.path.join(self.stage.folder, target)[1:]
        for path in paths:
            origin = source / path.removeprefix("/")
            if origin.is_dir():
                ignored = shutil.ignore_patterns("__pycache__") if source is self.context else None
                shutil.copytree(origin, place, symlinks=True, dirs_exist_ok=True, ignore=ignored)
            else:
                into = place / origin.name if target.endswith("/") or place.is_dir() else place
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(origin, into)

    def do_run(self, rest: str) -> None:
        given = {k: v for k, v in os.environ.items() if PASSED.fullmatch(k) and k not in LOCAL}
        done = inside(self.stage, ["/bin/sh", "-c", rest], {**given, **SET})
        if done.returncode:
            sys.exit(f"RUN {rest}\n{done.stdout[-3000:]}")


def inside(
    stage: Stage,
    command: list[str],
    environment: dict[str, str],
    mount: Path | None = None,
    user: str = "",
) -> subprocess.CompletedProcess:
    """Run a command in the system of a stage, with /proc and /dev, and mounts that end with it."""
    root = shlex.quote(str(stage.root))
    user = user or stage.user
    number = f"{user}:{user}" if user.isdigit() else user
    lines = [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
    if mount is not None:
        lines.append(f"mount --bind {shlex.quote(str(mount))} {root}{shlex.quote(stage.folder)}")
    go = f"cd {shlex.quote(stage.folder)} && exec {shlex.join(command)}"
    lines.append(f"exec chroot --userspec={number} {root} /bin/sh -c {shlex.quote(go)}")
    return subprocess.run(
        ["unshare", "--mount", "--fork", "/bin/sh", "-ec", "\n".join(lines)],
        env={**environment, **stage.environment, "HOME": home_of(stage.root, user)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def home_of(root: Path, user: str) -> str:
    """Return the home of a user, by name or number, as an engine sets it: / of one unknown."""
    for line in (root / "etc/passwd").read_text(encoding="utf-8").splitlines():
        name, _, number, _, _, home, _ = line.split(":")
        if user in (name, number):
            return home
    return "/"


def main() -> None:
    """Run the steps, then the image's own command, and say how long each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--mount", type=Path)
    parser.add_argument("--user", default="")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()

    builder = Builder(options.base.resolve(), options.into.resolve())
    stage = builder.build((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    for step, seconds in builder.took:
        print(f"{seconds:8.2f} s  {step}", flush=True)
    start = time.perf_counter()
    command = [*stage.entry, *(options.words or stage.command)]
    mount = options.mount and options.mount.resolve()
    done = inside(stage, command, {}, mount, options.user)
    print(done.stdout, end="")
    print(f"{time.perf_counter() - start:8.2f} s  {shlex.join(command)}")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
