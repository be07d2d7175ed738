"""Read transcripts of whatever kinds, one file or a folder: one record a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from trialtrail.errors import StudyError
from trialtrail.exports.export import FILE, LINE, Export, Odd
from trialtrail.exports.limits import check_cell
from trialtrail.exports.transcripts.transcript import Transcript, written

TURNS = "turns"
"""The column with what the form of a file says of its turns, where the study asks for it."""
WORD = "docx"
"""The format that reads documents of Word and no others."""
README = "readme"
"""Name of a file that tells about a folder."""
KINDS = "transcripts are .docx, .odt, .rtf, .txt, .md, .vtt or .srt"
Reader = Callable[[dict, str, str], Transcript]


def read_documents(spec: dict, paths: list[str]) -> Export:
    """Return one record a document: its name without ending, its text, what is known of turns.

    A file that is no document is told. Files of one name and several endings are one interview
    several times, and nobody could say which of them offsets count in.

    Raises:
        StudyError: a file is not what its ending says, or two have one name.
    """
    by_name: dict[str, str] = {}
    rows, odd, forms, guessed = [], [], [], set()
    kinds: Counter[str] = Counter()
    for path in sorted(paths):
        label = label_of(spec, path)
        ending = Path(path).suffix.lower()
        reader = reader_of(ending) if _is_read(spec, path, label) else None
        if reader is None and label == _folder(spec):
            raise _of_another_kind(spec)
        if reader is None:
            odd.append(Odd("unread", None, "", _of_no_kind(spec, path, label), label))
            continue
        name = Path(path).stem
        if name in by_name:
            raise _twice(spec, by_name[name], label)
        by_name[name] = label
        document = reader(spec, path, label)
        check_cell([document.text], label)
        kinds[ending.removeprefix(".")] += 1
        rows.append((name, document.text, written(document.heads), label, 1))
        odd += [Odd("unread", 1, "text", message, label) for message in document.messages]
        forms.append(document.form)
        guessed |= document.guessed
    header = ["document", "text", *([TURNS] if TURNS in spec.get("known", []) else [])]
    frame = pd.DataFrame(rows, columns=["document", "text", TURNS, FILE, LINE])
    kinds_of = dict.fromkeys(["document", "text", TURNS, FILE], "string") | {LINE: "Int64"}
    frame = frame.astype(kinds_of)
    export = Export(spec["name"], header, frame[[*header, FILE, LINE]], odd=odd)
    export.form = _form_of_all(kinds, forms)
    export.guessed = sorted(guessed)
    return export


def reader_of(ending: str) -> Reader | None:
    """Return the reader of a kind of document, by its ending; its libraries are imported then."""
    if ending == ".docx":
        from trialtrail.exports.transcripts.word import read_word

        return read_word
    if ending == ".odt":
        from trialtrail.exports.transcripts.open_document import read_open_document

        return read_open_document
    if ending == ".rtf":
        from trialtrail.exports.transcripts.rich_text import read_rich_text

        return read_rich_text
    if ending in (".txt", ".md"):
        from trialtrail.exports.transcripts.plain_text import read_plain_text

        return read_plain_text
    if ending in (".vtt", ".srt"):
        from trialtrail.exports.transcripts.subtitles import read_subtitles

        return read_subtitles
    return None


def label_of(spec: dict, path: str) -> str:
    """Return what messages call a file: the export's file, or its folder and the path in it."""
    own, parts = Path(spec["label"]).parts, Path(path).parts
    for at in range(len(parts) - len(own) + 1):
        if parts[at : at + len(own)] == own:
            return "/".join([_folder(spec), *parts[at + len(own) :]])
    return _folder(spec) if own[-1:] == parts[-1:] else f"{_folder(spec)}/{parts[-1]}"


def _folder(spec: dict) -> str:
    return spec["label"].rstrip("/")


def _is_read(spec: dict, path: str, label: str) -> bool:
    """Return whether a file is to be read: not one that the format or the folder leaves out."""
    if spec.get("format") == WORD and Path(path).suffix.lower() != f".{WORD}":
        return False
    return _is_of_folder(spec, label) and Path(path).stem.lower() != README


def _is_of_folder(spec: dict, label: str) -> bool:
    """Return whether a file is the export's, or stands in its folder and in none below."""
    return label == _folder(spec) or "/" not in label.removeprefix(f"{_folder(spec)}/")


def _of_no_kind(spec: dict, path: str, label: str) -> str:
    """Return why a file of the folder is not read."""
    if not _is_of_folder(spec, label):
        return "the file stands in a folder within that of the transcripts, and is not read"
    if Path(path).stem.lower() == README:
        return "the file is called README and is taken for no transcript"
    if spec.get("format") == WORD and reader_of(Path(path).suffix.lower()):
        return "the file is not read: the format `docx` reads .docx alone, `documents` this too"
    return f"the file is not read: {KINDS}"


def _of_another_kind(spec: dict) -> StudyError:
    return StudyError(
        "The file is no document that is read",
        where=spec["label"],
        rule="documents",
        remedy=f"save it as one of these: {KINDS}; or set `format` of the export",
    )


def _twice(spec: dict, first: str, second: str) -> StudyError:
    return StudyError(
        f"Two files of the export {spec['name']} are transcripts of one name",
        where=f"{first} and {second}",
        rule="documents",
        remedy="keep the one in which the codings were made, or rename the other",
    )


def _form_of_all(kinds: Counter[str], forms: list[dict[str, str]]) -> dict[str, str]:
    """Return what the files are like: how many of each kind, encoding and line end."""
    form = {}
    if len(kinds) > 1 or set(kinds) != {"docx"}:
        form["files"] = ", ".join(f"{n} .{kind}" for kind, n in sorted(kinds.items()))
    for name in dict.fromkeys(name for each in forms for name in each):
        values = Counter(each[name] for each in forms if name in each)
        form[name] = ", ".join(value for value, _ in values.most_common())
    return form
