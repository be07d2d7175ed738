"""Look for what is of one participant in files that are about to be given away.

This is asked of the finished files, whatever made them: it is independent of the rules by which
the public edition withholds numbers.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from trialtrail.errors import StudyError

KINDS = (".csv", ".docx", ".html", ".pdf")
"""What a public edition is made of."""
OF_PEOPLE = ("participant_id", "person_id", "interview_id", "interviewee_id", "segment_id")
"""Columns of which a table has one only if a row is of one participant or of what they said."""
CARRIED = re.compile(rb"base64,[A-Za-z0-9+/=]+")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
OBJECTS = re.compile(rb"\s*\d+ \d+[ \r\n]")
"""How a stream of objects of a PDF begins: with the number and the place of its first."""
HEX = re.compile(rb"<((?:[0-9A-Fa-f]{2})+)>")
WORD = re.compile(r"\w+(?:[./-]\w+)*")
LEAST = 4
"""Shorter ids, and those of fewer than six digits alone, are looked for as columns only: they
would be found among counts and ages."""


def check_nobody(files: Mapping[str, bytes], ids: set[str]) -> None:
    """Refuse files in which a row of a participant stands, or the id of one.

    Args:
        files: what is given away, by name.
        ids: the ids of all participants.

    Raises:
        StudyError: with the name of the file, and no id.
    """
    marked = {each for each in ids if _is_distinctive(each)}
    for name, data in sorted(files.items()):
        if marked & _words(name.replace("_", " ")):
            raise _refused(_masked(name, marked), "the id of a participant stands in its name")
        if not name.endswith(KINDS):
            raise _refused(name, "it is of a kind that no public edition has")
        for inside, text in texts_of(name, data):
            where = f"{name}: {inside}" if inside else name
            if inside.endswith(".csv") or (not inside and name.endswith(".csv")):
                _check_table(where, text, ids)
            if marked & _words(text):
                raise _refused(where, "the id of a participant stands in it")


def check_description(files: Mapping[str, bytes], ids: set[str]) -> None:
    """Refuse what a deposit says of itself, where the id of a participant stands in it.

    Args:
        files: the metadata and the page for the reader, by name.
        ids: the ids of all participants.

    Raises:
        StudyError: with the name of the file, and no id.
    """
    marked = {each for each in ids if _is_distinctive(each)}
    for name, data in sorted(files.items()):
        if marked & _words(data.decode("utf-8")):
            raise StudyError(
                "The description of the deposit has the id of a participant",
                where=name,
                rule="nothing of one participant leaves in a deposit",
                remedy="take it out of `study` in the configuration (title, description, keywords"
                " and the like), run snakemake, then ask again",
            )


def _masked(name: str, marked: set[str]) -> str:
    return WORD.sub(
        lambda word: "…" if marked & _words(word[0].replace("_", " ")) else word[0], name
    )


def _check_table(where: str, text: str, ids: set[str]) -> None:
    columns, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    if named := sorted({*columns} & {*OF_PEOPLE}):
        raise _refused(where, f"it has a row for each participant (column `{named[0]}`)")
    for at, column in enumerate(columns):
        cells = [row[at] for row in rows if at < len(row) and row[at]]
        if len({*cells}) > 1 and {*cells} <= ids and len({*cells}) == len(cells) > len(ids) / 2:
            raise _refused(where, f"its column `{column}` has the ids of participants")


def _refused(where: str, why: str) -> StudyError:
    return StudyError(
        f"A file of the public edition would tell of a participant: {why}",
        where=where,
        rule="nothing of one participant leaves in a deposit",
        remedy="take its table out of `disclosure.tables`, or the words out of the study's text,"
        " and run `snakemake public`; if neither is the cause, report this as a fault of the"
        " software",
    )


def _is_distinctive(name: str) -> bool:
    if name.isdecimal():
        return len(name) >= LEAST + 2
    return len(name) >= LEAST and any(sign.isdigit() for sign in name)


def _words(text: str) -> set[str]:
    """Return the words of a text, and those that signs within them part."""
    found = set(WORD.findall(text))
    return found | {part for word in found for part in re.split(r"[./]", word)}


def texts_of(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file: of a Word file its parts, of a PDF what is attached to it.

    Of a PDF also its strings: title, bookmarks, what pictures are called. What it draws is glyphs
    of its fonts and no text; its page was looked at before it was laid out.
    """
    if name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for part in sorted(packed.namelist()):
                if part.endswith((".xml", ".rels")):
                    text = packed.read(part).decode("utf-8", "replace")
                    yield part, re.sub(r"<[^>]*>", " ", text)
    elif name.endswith(".pdf"):
        for number, stream in enumerate(STREAM.findall(data), start=1):
            text = _plain(stream)
            if text is not None:
                is_table = "," in text.partition("\n")[0]
                yield f"stream {number}{'.csv' if is_table else ''}", text
        yield "strings", _strings(STREAM.sub(b" ", data))
    else:
        yield "", CARRIED.sub(b"", data).decode("utf-8", "replace")


def _plain(stream: bytes) -> str | None:
    """Return a stream of a PDF as text; None of what is none."""
    with suppress(zlib.error):
        stream = zlib.decompress(stream)
    try:
        text = stream.decode("utf-8")
    except UnicodeDecodeError:
        return _strings(stream) if OBJECTS.match(stream) else None
    if OBJECTS.match(stream):
        return _strings(stream)
    return None if "\x00" in text else text


def _strings(data: bytes) -> str:
    """Return objects of a PDF as text; its strings may be of one or two bytes a sign, or in hex."""
    data = HEX.sub(lambda found: b"(" + bytes.fromhex(found[1].decode()) + b")", data)
    return data.replace(b"\xfe\xff", b" ").replace(b"\x00", b"").decode("latin-1")


def ids_of(results: Path) -> set[str]:
    """Return the ids of all participants that the results know."""
    import pyarrow.parquet as parquet

    found: set[str] = set()
    for folder in ("validated", "datasets"):
        for path in sorted((results / folder).glob("*.parquet")):
            if "participant_id" in parquet.read_schema(path).names:
                column = parquet.read_table(path, columns=["participant_id"]).column(0)
                found |= {str(each) for each in column.unique().to_pylist() if each is not None}
    return found
