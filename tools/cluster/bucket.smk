"""Raw exports from a bucket into a folder, and results from a folder into a bucket (docs/cluster.md).

In: a list of digests in the form of sha256sum, which lies with the study; its files are looked for
in the bucket under the same names. Out: `results/` with a list of its digests.

    snakemake --cores 1 -s tools/cluster/bucket.smk -d FOLDER fetch --config bucket=s3://B list=data.sha256
    snakemake --cores 1 -s tools/cluster/bucket.smk -d FOLDER put --config bucket=s3://B
"""

from pathlib import Path

BUCKET = config.get("bucket", "").rstrip("/")
LISTED = config.get("list", "data.sha256")
RESULTS = sorted(str(path) for path in Path("results").rglob("*") if path.is_file())

if not BUCKET.startswith("s3://"):
    raise WorkflowError("Name the bucket: --config bucket=s3://name, with a prefix if you like.")


def digests(path):
    """Return the digests of a list of sha256sum by file."""
    lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
    return {name.lstrip("*"): digest for digest, _, name in (line.partition(" ") for line in lines)}


WANTED = {name.strip(): digest for name, digest in digests(LISTED).items()}


rule fetch:
    """The raw files of a list, each with the digest that the list has."""
    input:
        listed=LISTED,
        files=[storage.s3(f"{BUCKET}/{name}") for name in WANTED],
    output:
        files=list(WANTED),
    params:
        digests=list(WANTED.values()),
    script:
        "copy_files.py"


rule put:
    """All results, and the list of their digests."""
    input:
        files=RESULTS,
    output:
        files=[storage.s3(f"{BUCKET}/{name}") for name in RESULTS],
        listed=storage.s3(f"{BUCKET}/results.sha256"),
    script:
        "copy_files.py"
