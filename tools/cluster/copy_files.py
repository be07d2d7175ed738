"""Copies files between a folder and a bucket; refuses those whose digests are not as listed."""

import hashlib
import shutil
import sys
from pathlib import Path


def digest_of(path):
    """Return the SHA-256 of a file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_files(sources, targets, digests):
    """Copy each source to its target; with digests, one of another digest is refused first.

    Raises:
        SystemExit: a file is not the one that is listed; none has been copied then.
    """
    wrong = [
        str(target)
        for source, target, digest in zip(sources, targets, digests, strict=False)
        if digest_of(source) != digest
    ]
    if wrong:
        sys.exit(f"Not the files that are listed, by their digests: {', '.join(wrong)}")
    for source, target in zip(sources, targets, strict=True):
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def main(snakemake):
    """Copy in, or copy out and list."""
    digests = snakemake.params.get("digests", [])
    copy_files(snakemake.input.files, snakemake.output.files, digests)
    if listed := snakemake.output.get("listed"):
        lines = [f"{digest_of(path)}  {path}\n" for path in snakemake.input.files]
        Path(listed).write_text("".join(lines), encoding="utf-8")


main(snakemake)  # noqa: F821
