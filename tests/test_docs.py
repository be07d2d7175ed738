"""The documentation against the project: paths, keys, rules and commands that it names.

Anything after the comment ``tested`` is run by ``tests/e2e/test_docs_commands.py``.
"""

import re
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import yaml

from tools.write_configuration_page import page
from trialtrail import ROOT
from trialtrail.configuration import Study
from trialtrail.validation.rules import ACTIONS, severity
from trialtrail.validation.set_aside import OF_VALUES

DOCS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "config").glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
KEYS_PAGE = ROOT / "config" / "README.md"
TESTED, KEYS, RULES = "<!-- tested -->", "<!-- keys -->", "<!-- rules -->"
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FOLDERS = (
    *("results", "config", "container", "docs", "packages", "profiles", "requirements", "schemas"),
    *("scripts", "src", "templates", "tests", "tools", "workflow", "studies"),
)
PATH = re.compile(rf"(?<![\w/.~-])(?:{'|'.join(FOLDERS)})/[\w./<>*-]*")
RESULTS = "results/"
OWN = "my-study/"
"""The reader's own folder in the examples."""


def read(doc: Path) -> str:
    """Return the text of a page."""
    return doc.read_text(encoding="utf-8")


def commands(doc: Path, marker: str = TESTED) -> list[str]:
    """Return the commands of the tested blocks of a page: one a line, comments left out."""
    found = []
    for part in read(doc).split(marker)[1:]:
        block = FENCE.match(part.lstrip())
        assert block, f"{doc.name}: no block of code follows {marker}"
        lines = block[1].replace("\\\n", "").splitlines()
        found += [line for line in lines if line.strip() and not line.startswith("#")]
    return found


def paths(doc: Path) -> set[str]:
    """Return the paths of the project that a page names; those in YAML are of another study."""
    text = re.sub(r"^```yaml\n.*?^```$", "", read(doc), flags=re.DOTALL | re.MULTILINE)
    text = text.replace(OWN + RESULTS, OWN)
    return {found.rstrip(".") for found in PATH.findall(LINK.sub("", text))}


BUILT = {"container/trialtrail.sif"}
"""What a site builds for itself."""
BESIDE_THE_RUN = (
    "results/lineage/failed/",
    "results/lineage/signatures/",
    "results/lineage/journal.jsonl",
)
"""What no rule declares: failed attempts, what people signed, and the journal of all attempts."""


@cache
def declared() -> tuple[str, ...]:
    """Return the outputs and logs that the rules declare for the study that ships."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    study = Study(config, ROOT / "config" / "config.yaml")
    known = {
        "table": [*config["tables"], *config["forms"]],
        "export": list(config["exports"]),
        "dataset": ["participants", "contacts", "providers"],
        "analysis": list(study.analyses),
        "imputation": list(study.imputations),
        "block": study.all_blocks,
        "document": ["report", "supplement"],
        "scenario": list(study.scenarios),
        "trial_block": max(study.trial_blocks.values(), key=len),
    }
    found = []
    for file in sorted((ROOT / "workflow/rules").glob("*.smk")):
        inside = False
        for line in file.read_text(encoding="utf-8").splitlines():
            if re.fullmatch(r"\s+\w+:", line):
                inside = line.strip() in ("output:", "log:")
            for path in re.findall(r'"(results/[^"]+)"', line) if inside else ():
                names = re.findall(r"\{(\w+)\}", path)
                for values in product(*(known[name] for name in names)):
                    found.append(path.format(**dict(zip(names, values, strict=True))))
    return tuple(found)


def is_declared(path: str) -> bool:
    """Tell whether a path of the results is an output, a folder or a pattern of outputs."""
    parts = re.split(r"<\w+>|\*", path)
    pattern = re.compile("[^/]+".join(map(re.escape, parts)))
    if path in BESIDE_THE_RUN:
        return True
    if path.endswith("/") or "." not in Path(path).name:
        return path == RESULTS or any(
            output.startswith(path.rstrip("/") + "/") for output in declared()
        )
    return any(pattern.fullmatch(output) for output in declared())


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.relative_to(ROOT).as_posix())
def test_paths_exist(doc):
    for path in paths(doc):
        if path.startswith(RESULTS):
            assert is_declared(path), f"{path} is no output of the workflow"
        elif "<" in path or "*" in path:
            assert (ROOT / path).parent.is_dir(), f"{path}: there is no such folder"
        elif path not in BUILT:
            assert (ROOT / path).exists(), f"{path} does not exist"


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made on the web."""
    text = FENCE.sub("", read(page))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in headings}


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(doc):
    for link in LINK.findall(read(doc)):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        page = (doc.parent / file).resolve() if file else doc
        assert page.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(page), f"{link}: the page has no such heading"


def test_every_decision_is_listed():
    folder = ROOT / "docs/decisions"
    listed = set(LINK.findall(read(folder / "README.md")))
    assert listed == {path.name for path in folder.glob("0*.md")}


@cache
def schema_file(name: str) -> dict:
    """Return what one file of the schema of the configuration says."""
    return yaml.safe_load((ROOT / "schemas/configuration" / name).read_text("utf-8"))


def flattened(node: dict, file: str, name: str = "") -> dict[str, bool]:
    """Return the keys of a schema by dotted name, and whether each is needed."""
    while "$ref" in node:
        target, _, place = node["$ref"].partition("#/$defs/")
        file = target or file
        node = schema_file(file)["$defs"][place] if place else schema_file(file)
    found = {}
    for key, value in node.get("properties", {}).items():
        path = f"{name}.{key}".lstrip(".")
        needed = [*node.get("required", []), *node.get("else", {}).get("required", [])]
        found[path] = key in needed
        found |= flattened(value, file, path)
    other = node.get("additionalProperties")
    if isinstance(other, dict) and (inner := flattened(other, file, f"{name}.<name>")):
        found |= inner
    if isinstance(node.get("items"), dict):
        found |= flattened(node["items"], file, f"{name}[]")
    for choice in node.get("oneOf", []):
        found |= flattened(choice, file, name)
    return found


def schema_keys() -> dict[str, bool]:
    """Return the keys of the configuration; those that all tables share stand once.

    The names of rules are keys too, and have a table of their own.
    """
    top = "configuration.yaml"
    return {
        re.sub(r"^tables\.\w+\.", "tables.<name>.", key): needed
        for key, needed in flattened(schema_file(top), top).items()
        if not re.match(r"validation\.(actions|severities)\.", key)
    }


def rows_after(marker: str) -> list[list[str]]:
    """Return the cells of the tables of config/README.md that follow a marker."""
    found = []
    for part in read(KEYS_PAGE).split(marker)[1:]:
        table = part.lstrip().split("\n\n")[0].splitlines()[2:]
        found += [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table]
    return found


def test_the_page_of_the_configuration_is_made_from_its_schema():
    assert read(KEYS_PAGE) == page()


def test_every_key_is_described_and_no_other():
    told = {}
    for row in rows_after(KEYS):
        key = row[0].strip("*`| ")
        if not key.endswith(".<name>"):  # one entry of a mapping with names of the study's own
            told[key] = row[0].startswith("**")
    assert told == schema_keys()


def test_every_rule_is_described_with_what_it_does():
    told = {row[0].strip("`"): (row[2], row[3].strip("`| ")) for row in rows_after(RULES)}
    assert told == {rule: (severity(rule), action) for rule, action in ACTIONS.items()}


def test_data_managers_page_groups_the_rules_as_they_act():
    text = read(ROOT / "docs/data-manager.md")
    aside = [rule for rule, does in ACTIONS.items() if does == "set_aside"]
    for start, acting in (
        ("the run stops", [rule for rule, does in ACTIONS.items() if does == "stop"]),
        ("the value is set aside", [rule for rule in aside if rule in OF_VALUES]),
        ("the row is set aside", [rule for rule in aside if rule not in OF_VALUES]),
    ):
        row = re.search(rf"^\| {start} \|(.+)\|$", text, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row[1]) == acting


def within(part, whole) -> bool:
    """Tell whether all that ``part`` says stands in ``whole``."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            key in whole and within(value, whole[key]) for key, value in part.items()
        )
    if isinstance(part, list):
        return all(any(within(item, other) for other in whole) for item in part)
    return part == whole


def test_configuration_of_the_readme_is_one():
    text = read(ROOT / "README.md").split("<!-- study -->")[1]
    config = yaml.safe_load(FENCE.match(text.lstrip())[1])
    file = ROOT / "tests/studies/balance/study.yaml"
    assert Study(config, file).tables == ["participants", "baseline", "twelve_months"]
    assert within(config, yaml.safe_load(file.read_text(encoding="utf-8")))


def test_lines_of_the_readme_stand_in_the_file():
    text = read(ROOT / "README.md").split("which begins")[1]
    shown = FENCE.match(text.lstrip())[1].splitlines()
    lines = (ROOT / "tests/studies/balance/data/trial.csv").read_text("cp1252").splitlines()
    assert shown[0] == lines[0]
    assert set(shown) <= set(lines)


def test_citation_and_licence_agree_with_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{citation["version"]}"' in project
    assert f'license = "{citation["license"]}"' in project
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n")
    assert citation["authors"][0]["name"] in licence
    assert f"## {citation['version']}" in read(ROOT / "CHANGELOG.md")


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.relative_to(ROOT).as_posix())
def test_blocks_marked_as_tested_can_be_run(doc):
    for command in commands(doc):
        assert command.split()[0] in {
            *("trialtrail", "snakemake", "python", "python3", "ssh-keygen"),
            *("sha256sum", "head", "cat", "mkdir"),
        }


@pytest.mark.parametrize("page", ["README.md", "docs/auditor.md"])
def test_the_line_of_sha256sum_is_the_one_that_the_tests_of_verify_run(page):
    lines = [line for line in (ROOT / page).read_text().splitlines() if line[:10] == "sha256sum "]
    assert lines == ["sha256sum --check --strict --quiet results/lineage/manifest.sha256"]
