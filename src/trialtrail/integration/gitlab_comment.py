"""Write a file as a comment of a merge request of GitLab, over the last one if there is one.

All that it needs are the variables that GitLab gives a job, and TRIALTRAIL_COMMENT_TOKEN.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

MARK = "<!-- trialtrail: printed numbers -->"
"""First line of the comment, by which it is found again."""
SECONDS = 30


def main(words: list[str]) -> int:
    """Write the comment; return 0, or 1 where GitLab did not take it."""
    body = f"{MARK}\n{Path(words[0]).read_text(encoding='utf-8')}"
    notes = (
        f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}"
        f"/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    )
    try:
        known = _asked(f"{notes}?order_by=created_at&per_page=100")
        mine = [note["id"] for note in known if str(note.get("body", "")).startswith(MARK)]
        if mine:
            _asked(f"{notes}/{mine[0]}", "PUT", body)
        else:
            _asked(notes, "POST", body)
    except (OSError, ValueError) as error:
        print(f"GitLab did not take the comment ({type(error).__name__})", file=sys.stderr)
        return 1
    return 0


def _asked(url: str, method: str = "GET", body: str | None = None) -> Any:
    data = None if body is None else urllib.parse.urlencode({"body": body}).encode()
    head = {"PRIVATE-TOKEN": os.environ["TRIALTRAIL_COMMENT_TOKEN"]}
    request = urllib.request.Request(url, data, head, method=method)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
