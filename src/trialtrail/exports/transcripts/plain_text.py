"""Read a transcript of plain text, in whatever encoding and with whatever line ends."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from trialtrail.exports.export import unreadable
from trialtrail.exports.guess import LINE_ENDS, find_encoding, is_of_text
from trialtrail.exports.limits import MAX_DOCUMENT, too_large
from trialtrail.exports.transcripts.transcript import Transcript

ENCODING, ENDS = "encoding", "line ends"


def read_plain_text(spec: dict, path: str, label: str) -> Transcript:
    """Return the text of a file; line ends become line feeds, and the last one is left out.

    Nothing else is changed: other signs of a new line or page, signs that nobody sees and signs
    that are written in several pieces stay, for offsets count them.

    Raises:
        StudyError: it is no text, or not in the encoding that is configured.
    """
    text, form, guessed = decoded(spec, path, label)
    return Transcript(text.removesuffix("\n"), form=form, guessed=guessed)


def decoded(spec: dict, path: str, label: str) -> tuple[str, dict[str, str], set[str]]:
    """Return the text of a file with line feeds, its form, and what of that was guessed.

    Raises:
        StudyError: it is no text, or not in the encoding that is configured.
    """
    data = Path(path).read_bytes()
    if len(data) > MAX_DOCUMENT:
        raise too_large(label, "The document is too large", f"{MAX_DOCUMENT >> 20} megabytes")
    found, is_guess = find_encoding(path)
    # A byte-order mark is stronger than what is configured for all files of a folder.
    has_mark = found in ("utf-8-sig", "utf-16", "utf-32")
    encoding = found if has_mark else spec.get("encoding", found)
    try:
        if not is_of_text(encoding):
            raise LookupError
        text = data.decode(encoding)
    except (LookupError, UnicodeError):
        raise unreadable(
            spec,
            f"The file cannot be read as {encoding}",
            "encoding",
            f"name the right encoding under exports.{spec['name']}.encoding, such as cp1252",
            label,
        ) from None
    if "\x00" in text:
        raise unreadable(
            spec, "This is no text: it has signs of zero", "encoding", "look what file it is", label
        )
    ends = [name for end, name in LINE_ENDS.items() if re.search(_ALONE[end], text)]
    name = codecs.lookup(encoding).name
    form = {ENCODING: "UTF-8 with a byte-order mark" if name == "utf-8-sig" else name}
    form |= {ENDS: " and ".join(ends)} if ends else {}
    guessed = {ENCODING} if is_guess and "encoding" not in spec and not has_mark else set()
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text, form, guessed


_ALONE = {"\r\n": r"\r\n", "\n": r"(?<!\r)\n", "\r": r"\r(?!\n)"}
