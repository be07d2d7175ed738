"""Check a configuration against its schema and against itself; say where, in words."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from trialtrail.configuration.blinding import blinding_problems
from trialtrail.configuration.cross_references import Problem, name_problems
from trialtrail.configuration.kind_of_study import kind_problems
from trialtrail.configuration.not_yet import DO, asked_for, asked_of_outcome
from trialtrail.configuration.other_words import meant_key
from trialtrail.configuration.outside import outside
from trialtrail.configuration.remedies import (
    NAME,
    as_name,
    listed,
    remedy_of_form,
    remedy_of_name,
    remedy_of_type,
)
from trialtrail.configuration.schema import default_of, schema_files, schema_validator
from trialtrail.configuration.shorthand import in_full, shorthand_problems
from trialtrail.configuration.yaml_limits import check_yaml_limits
from trialtrail.configuration.yaml_words import is_bare, keys_named_twice, misread, odd_words
from trialtrail.errors import StudyError
from trialtrail.exports.redcap.forms import (
    Project,
    problems,
    projects,
    with_identifiers,
    written_out,
)

NO_NUMBER = "write a name that begins with a small letter"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Places:
    """Lines and columns of the keys of a YAML file, by path of keys.

    A path is one of the configuration as it is written out in full: of a table whose one source
    stands at the table itself, ``sources, 0`` is the table; of codes that are named, what a path
    leads to within them is where they stand at the top level.
    """

    def __init__(self, file: str | Path) -> None:
        self.file = Path(file)
        self.root = yaml.compose(self.file.read_text(encoding="utf-8"), Loader=_LOADER)

    def of(self, path: list, key: str | None = None) -> str:
        """Return ``file, line N, column M`` of the key at ``path`` (of ``key`` in it)."""
        return self.at(self._walked(path if key is None else [*path, key])[0])

    def at(self, mark: yaml.Mark) -> str:
        """Return ``file, line N, column M`` of a place."""
        return f"{self.file.name}, line {mark.line + 1}, column {mark.column + 1}"

    def value(self, path: list) -> yaml.Node | None:
        """Return what stands at ``path`` in the file, or None if nothing does."""
        _, node, whole = self._walked(path)
        return node if whole else None

    def _walked(self, path: list) -> tuple[yaml.Mark, yaml.Node, bool]:
        """Return the nearest place to ``path``, the value there, and whether it is all there."""
        node, mark = self.root, self.root.start_mark
        at_table = False
        for i, step in enumerate(path):
            if at_table and step == 0:
                at_table = False
                continue
            if isinstance(node, yaml.ScalarNode) and "codes" in path[max(i - 2, 0) : i]:
                node = _pairs_of(_pairs_of(self.root).get("codes")).get(node.value, node)
            if isinstance(node, yaml.MappingNode):
                pair = next((p for p in node.value if p[0].value == str(step)), None)
                if pair is None and step == "sources":
                    at_table = True
                    continue
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                item = node.value[step] if step < len(node.value) else None
                pair = (item, item) if item is not None else None
            else:
                pair = None
            if pair is None:  # given on the command line, or missing: the nearest place serves
                return mark, node, False
            mark, node = pair[0].start_mark, pair[1]
        return mark, node, True


def _pairs_of(node: yaml.Node | None) -> dict[str, yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: value for key, value in pairs if isinstance(key, yaml.ScalarNode)}


def check_configuration(config: dict, file: str | Path) -> tuple[dict, dict[str, Project]]:
    """Check ``config``, read from ``file``; return it written out, and its REDCap projects.

    Written out is what is said in a short way (`shorthand`), each form that is taken from a
    dictionary, and the identifiers that dictionaries list; ``config`` itself stays.

    Raises:
        StudyError: with every mistake, each with its line and column; or a dictionary that it names
            cannot be read.
    """
    check_yaml_limits(file)
    found = schema_validator().iter_errors(config)
    mistakes = sorted(found, key=lambda error: list(map(str, error.path)))
    if not mistakes:
        # A study before its data has neither.
        config = {"exports": {}, "tables": {}, **config}
    places = Places(file)
    messages = [_tell(error, places) for error in mistakes]
    odd = [
        (places.at(word.start_mark), _misread(word, places, what))
        for word, what in odd_words(places.root)
    ]
    messages += [
        entry for where, entry in odd if not any(f" {where}\n" in each for each in messages)
    ]
    messages += [_twice(key, places) for key in keys_named_twice(places.root)]
    if not messages:
        short = shorthand_problems(config)
        messages = [_entry(what, places.of(path), "names", do) for what, path, do in short]
        config = in_full(config)
    whole, known = config, {}
    if not messages and not config.get("outside_files", default_of("outside_files")):
        messages = [
            _entry(what, places.of(path), "paths", do) for what, path, do in outside(config)
        ]
    if not messages:
        folder = Path(file).resolve().parent / config.get("folder", default_of("folder"))
        known = projects(config, folder)
        found = list(problems(config, known))
        if not found:
            whole = written_out(with_identifiers(config, known), known)
            found = _inconsistencies(whole)
        messages = [_entry(what, places.of(path), "names", do) for what, path, do in found]
    if messages:
        raise StudyError("\n".join(["The configuration cannot be used.", *dict.fromkeys(messages)]))
    return whole, known


def _tell(error, places: Places) -> str:
    path = list(error.absolute_path)
    name = ".".join(map(str, path)) or "the top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        extra = [key for key in error.instance if key not in known]
        lines = []
        for key in extra:
            where = places.of(path, key)
            if asked := asked_for(key, path):
                what = f"`{key}` in {name} asks for {asked}, which cannot be done yet"
                lines.append(_entry(what, where, "known keys", DO))
                continue
            near = meant_key(key, known)
            do = f"write `{near}`" if near else f"remove it; known here: {', '.join(known)}"
            lines.append(_entry(f"Unknown key `{key}` in {name}", where, "known keys", do))
        return "\n".join(lines)
    if error.validator == "required":
        absent = [key for key in error.validator_value if key not in error.instance]
        keys = ", ".join(f"`{key}`" for key in absent)
        return _entry(f"{name} lacks {keys}", places.of(path), "required keys", "add it")
    if error.validator == "enum":
        do = f"write one of {listed(error.validator_value)}"
        if asked := asked_of_outcome(error.instance, path):
            what = f"{name} asks for {asked}, which cannot be done yet"
            return _entry(what, places.of(path), "known values", f"leave the outcome out, or {do}")
        return _entry(f"The value of {name} is not known", places.of(path), "known values", do)
    of_key = "propertyNames" in error.absolute_schema_path
    if error.validator == "type" and not of_key:
        node, wanted = places.value(path), _listed(error.validator_value)
        if is_bare(node) and "string" in wanted:
            what = f"The value of {name} is no text"
            return _misread(node, places, what, error.schema.get("pattern", ""))
        do = remedy_of_type(wanted, node)
        return _entry(f"The value of {name} has the wrong type", places.of(path), "types", do)
    if of_key:
        where = places.of(path, error.instance)
        do = remedy_of_name(str(error.instance)) if error.validator == "pattern" else NO_NUMBER
        return _entry(f"The key `{error.instance}` in {name} is no name", where, "names", do)
    node = places.value(path)
    if error.validator == "oneOf" and is_bare(node):
        return _misread(node, places, f"The value of {name} is no text")
    do = remedy_of_form(error, path[-1] if path else "")
    return _entry(f"The value of {name} has the wrong form", places.of(path), error.validator, do)


def _twice(key: yaml.ScalarNode, places: Places) -> str:
    what = f"The key `{key.value}` stands twice in one place, and YAML takes only the last"
    return _entry(what, places.at(key.start_mark), "keys", "put both into one, or take one out")


def _misread(node: yaml.ScalarNode, places: Places, what: str, pattern: str = "") -> str:
    """Return what is reported of a bare word that YAML reads as something else than is written.

    ``pattern`` is that of the text that it has to be, where it has one.
    """
    read, do = misread(node)
    if pattern == NAME and not re.match(NAME, node.value):
        do = f"write a name that begins with a letter, such as `{as_name(node.value)}`"
    return _entry(f"{what}: {read}", places.at(node.start_mark), "types", do)


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def _entry(what: str, where: str, rule: str, do: str) -> str:
    return StudyError(what, where=where, rule=rule, remedy=do).text()


def _inconsistencies(config: dict) -> list[Problem]:
    """Return what the schema cannot see: names that point to nothing."""
    found = [*kind_problems(config), *blinding_problems(config), *name_problems(config)]
    tables = schema_files()["tables.yaml"]["properties"]
    for name in config.get("forms", {}):
        if name in tables:
            what = f"`{name}` is the name of a table, so no form can have it"
            found.append((what, ["forms", name], "choose another name"))
    return found
