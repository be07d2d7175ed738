"""Refuse a YAML file that would exhaust the machine, or that hides what it says.

It is read event by event and nothing is made of it, so a file is refused at once whatever it
holds. Snakemake reads a configuration before the Snakefile asks anything: the logger plugin has
this check run first.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from trialtrail.errors import StudyError

DEEPEST = 50
"""Lists and mappings inside each other."""
MOST = 200_000
"""Values after each alias (``*name``) is replaced by what it stands for."""
LONGEST = 100
"""Signs of a number; Python itself refuses numbers of more than 4,300 digits."""
TEMPLATED = "__use_yte__"
"""The key by which Snakemake runs expressions in a configuration as code."""
BEGINNINGS = (*"+-.0123456789",)
"""Signs with which numbers and dates begin."""
OF_FILES = ("delimiter", "quote", "escape")
"""Keys whose value is a sign of a raw file, whichever that is."""
_PARSED: dict[str, str] = {}
"""SHA-256 of each configuration that this process has read, by its absolute path."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(rf"[-+.0-9][0-9a-fA-FxXo_:.+-]{{{LONGEST},}}")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Unprintable signs but tab and line end, and those that turn the direction of writing."""


def read_configuration(file: str | Path) -> str:
    """Return the text of a configuration that can be parsed safely, and note its digest.

    Raises:
        StudyError: see `check_yaml_limits`.
    """
    content = Path(file).read_bytes()
    check_yaml_limits(file, content)
    _PARSED[os.path.abspath(file)] = hashlib.sha256(content).hexdigest()
    return content.decode("utf-8")


def parsed_digest(file: str | Path) -> str:
    """Return the SHA-256 of a configuration as it was when this process parsed it."""
    found = _PARSED.get(os.path.abspath(file))
    return found or hashlib.sha256(Path(file).read_bytes()).hexdigest()


def more_than_one_file(files: Iterable[str | Path]) -> StudyError:
    """Return what is reported where not one file describes the study: only one would be sealed."""
    return StudyError(
        "The configuration is given in more than one file, or on the command line (--config)",
        where=", ".join(Path(file).name for file in files),
        rule="one file describes a study, and it is sealed with the results",
        remedy="write all of it into one file, and name that one alone (--configfile)",
    )


def check_yaml_limits(file: str | Path, content: bytes | None = None) -> None:
    """Refuse a YAML file that is nested too deep, or grows by its aliases, or hides signs.

    A file that is no YAML is left to its reader.

    Args:
        file: where it is.
        content: its bytes, where they were read already.

    Raises:
        StudyError: with the line and column of the first thing refused.
    """
    try:
        text = (Path(file).read_bytes() if content is None else content).decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"The file is not UTF-8: byte {error.start + 1:,} is no text"
        raise StudyError(what, where=Path(file).name, remedy="save it as UTF-8") from None
    open_nodes: list[tuple[str | None, int]] = []  # anchor, and values before it
    sizes: dict[str, int] = {}
    values, key = 0, ""
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                open_nodes.append((event.anchor, values))
                values += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                anchor, before = open_nodes.pop()
                if anchor:
                    sizes[anchor] = values - before
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor in (anchor for anchor, _ in open_nodes):
                    raise _refused("A value refers to itself", file, event, "values", WITHOUT)
                values += sizes.get(event.anchor, 1)
            elif isinstance(event, yaml.ScalarEvent):
                values += 1
                _check_scalar(event, file, key)
                key = event.value
            if len(open_nodes) > DEEPEST:
                what = f"Lists and mappings stand more than {DEEPEST} deep inside each other"
                raise _refused(what, file, event, "values", "take out brackets or indentation")
            if values > MOST:
                what = f"The file stands for more than {MOST:,} values, most of them by aliases"
                raise _refused(what, file, event, "values", WITHOUT)
    except yaml.YAMLError as error:
        if "depth" in str(error):  # the reader's own limit, where it comes first
            what = "Lists and mappings stand too deep inside each other"
            raise StudyError(what, where=Path(file).name, rule="values") from None


WITHOUT = "write the values out where they are meant, without aliases (`*name`)"


def _check_scalar(event: yaml.ScalarEvent, file: str | Path, key: str) -> None:
    """Refuse one value; ``key`` is the one before it, whose value it may be."""
    value = event.value
    if value == TEMPLATED:
        what = f"`{TEMPLATED}` would have Snakemake run parts of the configuration as code"
        raise _refused(what, file, event, "known keys", "take the key out")
    if _NUMBER.fullmatch(value) and (event.implicit[0] or event.tag):
        what = f"A number has {len(value):,} signs"
        do = f"write a number of at most {LONGEST} signs, or put the text between quotes"
        raise _refused(what, file, event, "numbers", do)
    if not _can_be_read(event):
        what = "A value looks like a number or a date, and is none"
        do = "correct it, or put it between quotes if it is meant as text"
        raise _refused(what, file, event, "numbers", do)
    if (found := _HIDDEN.search(value)) and key not in OF_FILES:
        what = f"A text holds the sign U+{ord(found[0]):04X}, which nobody sees and programs obey"
        raise _refused(what, file, event, "texts", "write the text without it")


def _can_be_read(event: yaml.ScalarEvent) -> bool:
    """Return whether YAML can make of a bare or tagged word what it takes it for."""
    bare = event.implicit[0] and event.value[:1] in BEGINNINGS
    if not bare and not event.tag:
        return True
    loader = yaml.SafeLoader("")
    tag = event.tag or loader.resolve(yaml.ScalarNode, event.value, (True, False))
    try:
        loader.construct_object(yaml.ScalarNode(tag, event.value, event.start_mark))
    except yaml.YAMLError:
        return True  # a tag that is not known is left to the reader
    except (ValueError, OverflowError, LookupError):
        return False
    return True


def _refused(what: str, file: str | Path, event: yaml.Event, rule: str, do: str) -> StudyError:
    mark = event.start_mark
    where = f"{Path(file).name}, line {mark.line + 1}, column {mark.column + 1}"
    return StudyError(what, where=where, rule=rule, remedy=do)
