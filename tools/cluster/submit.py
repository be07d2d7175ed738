"""Send jobs of Snakemake to Kubernetes or to AWS Batch, with the shared volume mounted in each.

    python3 submit.py kubernetes submit --claim NAME --mount PATH --image IMAGE ... SCRIPT
    python3 submit.py aws-batch submit --queue NAME --definition NAME ... SCRIPT
    python3 submit.py kubernetes|aws-batch status ID
    python3 submit.py kubernetes|aws-batch cancel ID...

Snakemake's own plugins for the two take it that no file is shared, whatever they are told, and
send all through a bucket, which does not work with this workflow. So its generic plugin asks this
program, which asks `kubectl` or `aws`. It needs Python's library alone.

`submit` prints the id of the job, `status` one of running, success and failed.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from typing import Any

OVERHEAD = 256
"""Megabytes for Snakemake itself, which starts the script of a job within the pod."""
IN_A_MINUTE = 60


def ask(*words: str, given: str | None = None) -> str:
    """Return what a program prints.

    Raises:
        SystemExit: it failed; it has said why.
    """
    done = subprocess.run(words, input=given, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]} ended with {done.returncode}")
    return done.stdout.strip()


def manifest(options: argparse.Namespace) -> dict[str, Any]:
    """Return a job of one pod, which is tried once, ends in time and is removed after a day."""
    asked = {"cpu": "1", "memory": f"{options.memory + OVERHEAD}M"}
    container = {
        "name": "job",
        "image": options.image,
        "command": ["/bin/sh", options.script],
        "workingDir": options.folder,
        "resources": {"requests": asked, "limits": {"memory": asked["memory"]}},
        "volumeMounts": [{"name": "shared", "mountPath": options.mount}],
    }
    pod = {
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": [{"name": "shared", "persistentVolumeClaim": {"claimName": options.claim}}],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"generateName": "trialtrail-", "labels": {"app": "trialtrail"}},
        "spec": {
            "backoffLimit": 0,
            "activeDeadlineSeconds": options.minutes * IN_A_MINUTE,
            "ttlSecondsAfterFinished": 24 * 60 * IN_A_MINUTE,
            "template": {"spec": pod},
        },
    }


class Kubernetes:
    """Jobs of Kubernetes, by `kubectl` and the context that it is set to."""

    def submit(self, options: argparse.Namespace) -> str:
        """Send a script; return the id of its job."""
        given = json.dumps(manifest(options))
        return ask("kubectl", "create", "-f", "-", "-o", "name", given=given)

    def status(self, job: str) -> str:
        """Return how a job does. One that is gone has failed: nothing else would end the wait."""
        told = ask("kubectl", "get", job, "--ignore-not-found", "-o", "json")
        state = json.loads(told).get("status", {}) if told else {"failed": 1}
        if state.get("succeeded"):
            return "success"
        ended = {each["type"] for each in state.get("conditions", []) if each["status"] == "True"}
        return "failed" if state.get("failed") or "Failed" in ended else "running"

    def cancel(self, jobs: list[str]) -> None:
        """End jobs."""
        ask("kubectl", "delete", "--wait=false", "--ignore-not-found", *jobs)


class Batch:
    """Jobs of AWS Batch, by `aws`; their definition, which a site makes, mounts the volume."""

    def submit(self, options: argparse.Namespace) -> str:
        """Send a script; return the id of its job."""
        asked = {"VCPU": "1", "MEMORY": str(options.memory + OVERHEAD)}
        changed = {
            "command": [
                "/bin/sh",
                "-c",
                f"cd {quoted(options.folder)} && sh {quoted(options.script)}",
            ],
            "resourceRequirements": [{"type": key, "value": value} for key, value in asked.items()],
        }
        return ask(
            *("aws", "batch", "submit-job", "--output", "text", "--query", "jobId"),
            *("--job-name", "trialtrail", "--job-queue", options.queue),
            *("--job-definition", options.definition),
            *("--timeout", json.dumps({"attemptDurationSeconds": options.minutes * IN_A_MINUTE})),
            *("--container-overrides", json.dumps(changed)),
        )

    def status(self, job: str) -> str:
        """Return how a job does. One that is gone has failed."""
        query = ("--query", "jobs[].status", "--output", "text")
        told = ask("aws", "batch", "describe-jobs", "--jobs", job, *query)
        return {"SUCCEEDED": "success", "FAILED": "failed", "": "failed"}.get(told, "running")

    def cancel(self, jobs: list[str]) -> None:
        """End jobs."""
        for job in jobs:
            ask("aws", "batch", "terminate-job", "--job-id", job, "--reason", "cancelled")


def quoted(word: str) -> str:
    """Return a word as the shell reads it."""
    return "'" + re.sub("'", "'\"'\"'", word) + "'"


WHERE = {"kubernetes": Kubernetes, "aws-batch": Batch}
OWN = {"kubernetes": ("claim", "mount", "image"), "aws-batch": ("queue", "definition")}
"""What a site says of itself, by where the jobs go."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(description="Send jobs of Snakemake to a cluster.")
    places = top.add_subparsers(dest="where", required=True)
    for place in WHERE:
        commands = places.add_parser(place).add_subparsers(dest="command", required=True)
        submit = commands.add_parser("submit")
        for name in OWN[place]:
            submit.add_argument(f"--{name}", required=True)
        submit.add_argument("--memory", type=int, required=True, help="megabytes")
        submit.add_argument("--minutes", type=int, required=True)
        submit.add_argument("--folder", required=True, help="in which Snakemake runs")
        submit.add_argument("script")
        commands.add_parser("status").add_argument("job")
        commands.add_parser("cancel").add_argument("jobs", nargs="+")
    return top


def main(words: list[str] | None = None) -> int:
    """Do what is asked."""
    options = parser().parse_args(words)
    place = WHERE[options.where]()
    if options.command == "submit":
        print(place.submit(options))
    elif options.command == "status":
        print(place.status(options.job))
    else:
        place.cancel(options.jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
