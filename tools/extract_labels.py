"""Bring the catalogs of the report up to date with its templates; say what is not translated.

    python -m tools.extract_labels

Phrases that are new stand in each `templates/locales/*/LC_MESSAGES/report.po` without a
translation, those that are gone are removed, and the compiled catalogs (`.mo`) are written anew.
"""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from trialtrail import ROOT
from trialtrail.analysis.measures import MEASURES
from trialtrail.report.languages import CATALOGS, DOMAIN, TEXT_OF_STYLE, spellings
from trialtrail.report.plan_marks import MEANING
from trialtrail.report.translated_templates import LETTER, constants_of, phrases_of

TEMPLATES = ROOT / "templates"
OTHER_PAGES = (
    *("define", "disagreements", "edition_", "first_page", "flow_chart", "framework_matrix.html"),
    *("lineage", "plan", "simulation", "threads", "validation"),
)
"""Templates beside those of the report, by how their names begin."""
OTHER_FOLDERS = ("queries",)
"""Folders of templates that are none of the report."""
UNDATED = datetime(2000, 1, 1)
"""Stands for the time at which a catalog is made, so that the same phrases give the same bytes."""
SHORT = 60
"""Letters of a phrase given to a macro up to which it is a label, not a sentence."""
PRINTED = {
    "Table": True,
    "Figure": True,
    "Section": True,
    "to": True,
    "of": True,
    "not printed": True,
    "Without": True,
    "With": True,
    "Arm compared": True,
    "main analysis": True,
    "reproduced": True,
    "differs": True,
    "not computable": True,
    "missing": True,
    "not applicable": True,
    "error": True,
    "warning": True,
    "note": True,
    "Any event": True,
    "Any serious event": True,
    "System not recorded": True,
    "All interviews": True,
    "Invited": True,
    "All codes": True,
    "By turn": True,
    "By passage": True,
    "not known": True,
    "secondary": True,
    "primary": True,
    "{shown} of {all} rows": True,
    "does not apply": True,
    "from the data": True,
    "written": True,
    "in part": True,
    "Allocated to": True,
    "Assessed for eligibility": True,
    "Eligible and invited": True,
    "Eligible, neither declined nor randomised": True,
    "Not eligible": True,
    "Declined": True,
    "Randomised": True,
    "Excluded after randomisation": True,
    "Received the intervention": True,
    "Observed": True,
    "Followed up": True,
    "Not followed up": True,
    "Withdrawn": True,
    "Lost to follow-up": True,
    "Analysed": True,
    "Intervention": True,
    "each primary outcome": True,
    "primary outcome with the": True,
    "fewest": True,
    "most": True,
    "imputed": True,
    "not observed": True,
    "reason not recorded": True,
    "Reason not recorded": True,
    "reasons not recorded": True,
    "higher with": True,
    "higher without it": True,
    "higher with the factor": True,
    "higher with the arm named": True,
    "Main analysis": True,
    "No outcome of this kind": True,
    "Days": True,
    "with the event, %": True,
    "without the event, %": True,
    "No time to an event is known.": True,
    "Months of service": True,
    "Still serving, %": True,
    "All people interviewed": True,
    "People, in the order of their interviews": True,
    "No group of people interviewed.": True,
    "in both arms": True,
    "Shifted": True,
    "Randomised, arm not known": True,
    "Last assignment ended": True,
    "Other reasons": True,
    "in": True,
    "Added to imputed values": True,
    "No effect with shifted values could be estimated.": True,
}
"""Phrases that functions and tables give: whether each is a label."""


def report_templates() -> list[Path]:
    """Return the templates of the report."""
    return [
        path
        for path in sorted(TEMPLATES.rglob("*.j2"))
        if path.parent.name not in OTHER_FOLDERS
        and (path.parent != TEMPLATES or not path.name.startswith(OTHER_PAGES))
    ]


def phrases() -> dict[str, bool]:
    """Return each phrase of the report, and whether it is a label, which must be translated."""
    found: dict[str, bool] = {}

    def add(phrase: str, is_label: bool) -> None:
        phrase = " ".join(phrase.split())
        if LETTER.search(phrase):
            found[phrase] = found.get(phrase, False) or is_label

    for path in report_templates():
        source = path.read_text(encoding="utf-8")
        for each in phrases_of(source):
            add(each.phrase, each.is_label)
        for text in constants_of(source):
            add(text, len(text) <= SHORT and text[0].isupper())
    for section in yaml.safe_load((TEMPLATES / "sections.yaml").read_text(encoding="utf-8")):
        for text in _of_section(section):
            add(text, True)
    for text in _of_style((TEMPLATES / "report.css").read_text(encoding="utf-8")):
        add(text, True)
    allowed = yaml.safe_load((TEMPLATES / "allowed_numbers.yaml").read_text(encoding="utf-8"))
    for entry in allowed["phrases"]:
        add(entry["phrase"], False)
    for entry in yaml.safe_load((TEMPLATES / "glossary.yaml").read_text(encoding="utf-8")):
        add(spellings(entry), True)
        add(entry["means"], True)
    for path in sorted((TEMPLATES / "checklists").glob("*.yaml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["items"]:
            add(item["topic"], True)
    for measure in MEASURES.values():
        add(measure.title, True)
    for text in MEANING.values():
        add(text, False)
    for text, is_label in PRINTED.items():
        add(text, is_label)
    return found


def _of_section(section: dict) -> list[str]:
    shows = section.get("shows") or []
    texts = [section["title"], section.get("absent", ""), *section.get("lacks", {}).values()]
    for shown in shows:
        texts += [shown.get(key, "") for key in ("caption", "alt", "spread", "effects", "of_arms")]
        texts += [column["heading"] for column in shown.get("columns", [])]
    return [text for text in texts if text]


def _of_style(css: str) -> list[str]:
    return [text for part in TEXT_OF_STYLE.findall(css) for text in re.findall(r'"([^"]*)"', part)]


def catalogs() -> dict[str, Path]:
    """Return the catalogs that ship, by language."""
    files = sorted((TEMPLATES / CATALOGS).glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return {path.parent.parent.name: path for path in files}


def read(path: Path) -> Catalog:
    """Return a catalog."""
    catalog = read_po(BytesIO(path.read_bytes()), locale=path.parent.parent.name)
    catalog.creation_date = catalog.revision_date = UNDATED
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """Return a catalog in the form that a run reads."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def brought_up(catalog: Catalog, known: dict[str, bool]) -> Catalog:
    """Return a catalog with the phrases that there are, labels first, and its translations."""
    fresh = Catalog(locale=catalog.locale, fuzzy=False, header_comment="# Phrases of the report.")
    for phrase in sorted(known, key=lambda each: (not known[each], each)):
        before = catalog.get(phrase)
        comments = ["label"] if known[phrase] else ["sentence"]
        fresh.add(phrase, before.string if before else "", auto_comments=comments)
    return fresh


def lacking(catalog: Catalog, known: dict[str, bool]) -> list[str]:
    """Return the labels that a catalog does not have."""
    return [
        phrase
        for phrase, is_label in known.items()
        if is_label and not (catalog.get(phrase) and catalog.get(phrase).string)
    ]


def main() -> int:
    """Write all catalogs; return whether one lacks a label."""
    known, short = phrases(), False
    for language, path in catalogs().items():
        catalog = brought_up(read(path), known)
        out = BytesIO()
        write_po(out, catalog, width=0, omit_header=True, sort_output=False)
        path.write_bytes(HEADER.format(language=language).encode() + out.getvalue())
        path.with_suffix(".mo").write_bytes(compiled(read(path)))
        said = sum(bool(each.string) for each in catalog if each.id)
        missing = lacking(catalog, known)
        print(f"{language}: {said} of {len(known)} phrases, {len(missing)} labels are missing")
        for phrase in missing:
            print(f"  {phrase}")
        short = short or bool(missing)
    return int(short)


HEADER = """# Phrases of the report: labels first, then sentences.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"

"""


if __name__ == "__main__":
    raise SystemExit(main())
