"""The validator of RO-Crates, asked without a network."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

CONTEXTS = Path(__file__).resolve().parents[1] / "golden" / "ro-crate"
PAGES = {
    "https://w3id.org/ro/crate/1.1/context": "context-1.1.jsonld",
    "https://w3id.org/ro/terms/workflow-run/context": "workflow-run-context.json",
}
TIME_LIMIT = 120
"""Seconds after which the validator is given up."""


def cache_of_contexts(folder: Path) -> Path:
    """Make the validator's HTTP cache, holding the two contexts, so that no network is asked."""
    import requests
    import requests_cache
    from requests.adapters import BaseAdapter
    from urllib3 import HTTPResponse

    class Local(BaseAdapter):
        def send(self, request, **_):
            kind = {"Content-Type": "application/ld+json"}
            body = io.BytesIO((CONTEXTS / PAGES[request.url]).read_bytes())
            answer = requests.Response()
            answer.status_code, answer.url, answer.request = 200, request.url, request
            answer.headers.update(kind)
            answer.raw = HTTPResponse(body, kind, 200, preload_content=False)
            return answer

        def close(self):
            pass

    path = folder / "cache"
    with requests_cache.CachedSession(str(path), expire_after=-1) as session:
        session.mount("https://", Local())
        for page in PAGES:
            session.get(page)
    return path


def validate(crate: Path, cache: Path, profile: str = "provenance-run-crate") -> tuple[int, dict]:
    """Return the exit code and the report of rocrate-validator at REQUIRED."""
    report = cache.with_name("report.json")
    program = Path(sys.executable).with_name("rocrate-validator")
    command = [program, "-y", "validate", "--offline", "--cache-path", cache, "--no-paging"]
    command += ["-p", profile, "-l", "required", "-f", "json", "-o", report, crate]
    done = subprocess.run(
        [*map(str, command)], capture_output=True, timeout=TIME_LIMIT, check=False
    )
    return done.returncode, json.loads(report.read_text(encoding="utf-8"))
