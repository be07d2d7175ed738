"""Check a configuration against its schema and against itself; say where, in words."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path

import yaml

from trialtrail import ROOT
from trialtrail.configuration.names import Problem, name_problems
from trialtrail.errors import StudyError
from trialtrail.redcap.forms import Project, problems, projects, with_identifiers, written_out

SCHEMA = ROOT / "schemas" / "configuration.schema.yaml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


NOT_YET = {
    "adjust": "adjusted estimates",
    "covariates": "adjusted estimates",
    "strata": "a stratified analysis",
    "stratify": "a stratified analysis",
    "clusters": "an analysis of clusters",
    "cluster": "an analysis of clusters",
    "design": "a model of the design",
    "estimands": "estimands",
    "imputation": "imputation",
    "impute": "imputation",
    "multiplicity": "an adjustment for multiplicity",
    "subgroups": "subgroup analyses",
    "sensitivity": "sensitivity analyses",
    "repeated": "a model of repeated measures",
    "margin": "a test of non-inferiority",
    "per_protocol": "an analysis per protocol",
}
"""Keys under which people look for what other programs do, and this one not yet."""


@cache
def _schema() -> dict:
    return yaml.load(SCHEMA.read_text(encoding="utf-8"), Loader=_LOADER)


class Places:
    """Lines and columns of the keys of a YAML file, by path of keys."""

    def __init__(self, file: str | Path) -> None:
        self.file = Path(file)
        self.root = yaml.compose(self.file.read_text(encoding="utf-8"), Loader=_LOADER)

    def of(self, path: list, key: str | None = None) -> str:
        """Return ``file, line N, column M`` of the key at ``path`` (of ``key`` in it)."""
        node, mark = self.root, self.root.start_mark
        steps = [*path] if key is None else [*path, key]
        for step in steps:
            if isinstance(node, yaml.MappingNode):
                pair = next((p for p in node.value if p[0].value == str(step)), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                item = node.value[step] if step < len(node.value) else None
                pair = (item, item) if item is not None else None
            else:
                pair = None
            if pair is None:  # given on the command line, or missing: the nearest place serves
                break
            mark, node = pair[0].start_mark, pair[1]
        return f"{self.file.name}, line {mark.line + 1}, column {mark.column + 1}"


def check_configuration(config: dict, file: str | Path) -> tuple[dict, dict[str, Project]]:
    """Check ``config``, read from ``file``; return it written out, and its REDCap projects.

    Written out is each form that is taken from a dictionary, and the identifiers that dictionaries
    list; ``config`` itself stays.

    Raises:
        StudyError: with every breach, each with its line and column; or a dictionary that it names
            cannot be read.
    """
    import jsonschema

    validator = jsonschema.Draft202012Validator(_schema())
    breaches = sorted(validator.iter_errors(config), key=lambda error: list(map(str, error.path)))
    whole, known, told = config, {}, []
    if breaches:
        places = Places(file)
        told = [_tell(error, places) for error in breaches]
    else:
        folder = Path(file).resolve().parent / config.get("folder", ".")
        known = projects(config, folder)
        found = list(problems(config, known))
        if not found:
            whole = written_out(with_identifiers(config, known), known)
            found = _inconsistencies(whole)
        places = Places(file) if found else None
        told = [_entry(what, places.of(path), "names", do) for what, path, do in found]
    if told:
        raise StudyError("\n".join(["The configuration cannot be used.", *dict.fromkeys(told)]))
    return whole, known


def _tell(error, places: Places) -> str:
    path = list(error.absolute_path)
    name = ".".join(map(str, path)) or "the top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        extra = [key for key in error.instance if key not in known]
        lines = []
        for key in extra:
            near = difflib.get_close_matches(key, known, n=1)
            do = f"write `{near[0]}`" if near else f"remove it; known here: {', '.join(known)}"
            where = places.of(path, key)
            if key in NOT_YET and not near:
                what = f"`{key}` in {name} asks for {NOT_YET[key]}, which cannot be done yet"
                lines.append(_entry(what, where, "known keys", do))
                continue
            lines.append(_entry(f"Unknown key `{key}` in {name}", where, "known keys", do))
        return "\n".join(lines)
    if error.validator == "required":
        absent = [key for key in error.validator_value if key not in error.instance]
        keys = ", ".join(f"`{key}`" for key in absent)
        return _entry(f"{name} lacks {keys}", places.of(path), "required keys", "add it")
    if error.validator == "enum":
        do = f"write one of {', '.join(map(str, error.validator_value))}"
        return _entry(f"The value of {name} is not known", places.of(path), "known values", do)
    if error.validator == "type":
        do = f"write a value of type {error.validator_value}"
        return _entry(f"The value of {name} has the wrong type", places.of(path), "types", do)
    do = "see config/README.md for the form of this key"
    return _entry(f"The value of {name} has the wrong form", places.of(path), error.validator, do)


def _entry(what: str, where: str, rule: str, do: str) -> str:
    return StudyError(what, where=where, rule=rule, remedy=do).text()


def _inconsistencies(config: dict) -> list[Problem]:
    """Return what the schema cannot see: names that point to nothing."""
    found = list(name_problems(config))
    tables = _schema()["properties"]["tables"]["properties"]
    for name in config.get("forms", {}):
        if name in tables:
            what = f"`{name}` is the name of a table, so no form can have it"
            found.append((what, ["forms", name], "choose another name"))
    return found
