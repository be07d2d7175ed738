"""The content security policy of a page with one script: nothing may be loaded or sent."""

from __future__ import annotations

import base64
import hashlib


def digest_of_script(script: str) -> str:
    """Return the digest of a script in the form that the policy has it."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return f"sha256-{digest}"


def script_policy(script: str) -> str:
    """Return the policy of a page with this one script: nothing may be loaded."""
    return (
        f"default-src 'none'; script-src '{digest_of_script(script)}'; style-src 'unsafe-inline';"
        " font-src data:; base-uri 'none'; form-action 'none'"
    )
