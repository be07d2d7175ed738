"""Write `results/index.html`: the first page of the folder, on which a reader checks it."""

from pathlib import Path

from markupsafe import Markup

from trialtrail.pages import render_page
from trialtrail.record import run
from trialtrail.report.fonts import inlined
from trialtrail.trail.pages.policy import digest_of_script, script_policy

NAMESPACE = "trialtrail"
"""What `trialtrail sign` makes signatures for (`ssh-keygen -n`)."""


def main(job) -> dict:
    """Put style sheets and scripts into the page; it reads no data and no lineage."""
    styles = [Path(path) for path in job.input.styles]
    script = "\n".join(Path(path).read_text("utf-8") for path in job.input.scripts)
    css = "\n".join(inlined(path.read_text("utf-8"), path.parent) for path in styles)
    render_page(
        job.input.template,
        job.output.page,
        title=job.params.title,
        synthetic=job.params.synthetic,
        published_digest=job.params.published_digest,
        namespace=NAMESPACE,
        css=Markup(css),
        script=Markup(script),
        script_digest=digest_of_script(script),
        policy=script_policy(script),
    )
    return {}


run(main, globals())
