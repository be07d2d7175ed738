"""The elements of a REFI-QDA project: what each is called, and how its attributes are read.

Programs differ in what the standard leaves open, and in what it does not: name spaces, braces
around identifiers, whose user and whose date stands on the selection and whose on the coding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from trialtrail.exports.projects.account import Account
from trialtrail.exports.projects.identity import guid_of
from trialtrail.exports.projects.model import UNNAMED

CALLED = {
    "TextSource": "a text",
    "PDFSource": "a PDF",
    "PictureSource": "a picture",
    "AudioSource": "an audio recording",
    "VideoSource": "a video recording",
    "Representation": "the text of a PDF",
    "Transcript": "a transcript of a recording",
    "TextDescription": "the description of a picture",
    "PDFSelection": "an area of a PDF",
    "PictureSelection": "an area of a picture",
    "AudioSelection": "times of an audio recording",
    "VideoSelection": "times of a video recording",
    "TranscriptSelection": "a passage of a transcript",
    "Note": "a note",
    "Code": "a code",
    "Case": "a case",
    "Variable": "a variable",
    "Set": "a set",
    "Project": "the project",
    "Coding": "a coding",
    "Link": "a link",
}
"""What an element is called in a sentence."""
WHOLE = ("TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource")
OF_ITS_PARENT = (
    *("Coding", "Description", "NoteRef", "VariableValue", "CodeRef", "SourceRef", "SelectionRef"),
    *("PlainTextSelection", "PlainTextContent"),
)
"""Elements that are told apart by what they belong to."""
CONTAINERS = (
    *("Project", "CodeBook", "Users", "Codes", "Variables", "Cases", "Sources", "Notes", "Links"),
    *("Sets", "Graphs"),
)
"""Elements that only hold others."""
LABEL = re.compile(r"line:\d+")
"""Names of selections that are labels of a program and no words: qc numbers the lines."""


def local(element: Any) -> str:
    """Return the name of an element without its name space."""
    return element.tag.rpartition("}")[2]


def children(element: Any, *names: str) -> Iterator[Any]:
    """Yield the elements directly below one that have one of ``names``, in any name space."""
    for each in element:
        if isinstance(each.tag, str) and local(each) in names:
            yield each


def text_in(element: Any, name: str) -> str:
    """Return the text of the first child of a name, an empty one where there is none."""
    for each in children(element, name):
        return "".join(each.itertext())
    return ""


def kind_of(element: Any) -> str:
    """Return what people call elements of this kind, with what they belong to."""
    name = local(element)
    above = element.getparent()
    if name == "Coding" and above is not None and local(above) in WHOLE:
        return f"Coding of a whole source ({CALLED[local(above)]})"
    if name in OF_ITS_PARENT and above is not None:
        return f"{name} of {_called(above)}"
    return name


def _called(element: Any) -> str:
    name = local(element)
    above = element.getparent()
    if name == "PlainTextSelection" and above is not None:
        return f"a passage of {CALLED.get(local(above), local(above))}"
    return CALLED.get(name, name)


def coded_in(selection: Any) -> str:
    """Return what a coding below ``selection`` codes, in words that follow a number."""
    name = local(selection)
    return f"of the whole source ({CALLED[name]})" if name in WHOLE else f"of {_called(selection)}"


def walk(root: Any, account: Account) -> list[Any]:
    """Note every element below ``root``; the list keeps them the same objects."""
    elements = [each for each in root.iter() if isinstance(each.tag, str)]
    for each in elements:
        if local(each) not in CONTAINERS:
            account.found(each, kind_of(each))
    return elements


def whole_number(text: str | None) -> str | None:
    """Return an offset as the text of a whole number, None where it is none."""
    plain = (text or "").strip()
    return str(int(plain)) if re.fullmatch(r"[+-]?\d{1,15}", plain) else None


def day_of(*elements: Any) -> str:
    """Return the first day that one of ``elements`` was made or changed on, as ISO 8601."""
    for name in ("creationDateTime", "modifiedDateTime"):
        for each in elements:
            if day := day_in(each.get(name, "")):
                return day
    return ""


def day_in(text: str | None) -> str:
    """Return the day that a text begins with, an empty text where there is none."""
    found = re.match(r"\d{4}-\d{2}-\d{2}", (text or "").strip())
    if not found:
        return ""
    try:
        return date.fromisoformat(found[0]).isoformat()
    except ValueError:
        return ""


def users_of(root: Any, account: Account) -> dict[str, str]:
    """Return the name of each user by guid; one without a name is called by the guid."""
    names = {}
    for users in children(root, "Users"):
        for user in children(users, "User"):
            guid = guid_of(user.get("guid"))
            name = (user.get("name") or user.get("id") or "").strip()
            names[guid] = name or f"{UNNAMED}_{guid[:8]}"
            account.read(user, "codings", "memos")
    return names


def coder_of(users: dict[str, str], *elements: Any) -> str:
    """Return who made the first of ``elements`` that says so, else `UNNAMED`."""
    for name in ("creatingUser", "modifyingUser"):
        for each in elements:
            if guid := guid_of(each.get(name)):
                return users.get(guid) or f"{UNNAMED}_{guid[:8]}"
    return UNNAMED


@lru_cache(maxsize=16)
def squeezed(text: str) -> str:
    """Return a text without spaces and line ends, by which words are compared."""
    return "".join(text.split())


def words_of(name: str, description: str, text: str | None) -> tuple[str, str]:
    """Return (the words that the program itself wrote of a selection, what is written about it).

    Words stand in ``name``; some programs write them, or the whole of them, as the description.
    """
    name = name if name.strip() and not LABEL.fullmatch(name.strip()) else ""
    there = squeezed(description)
    if len(there) > 1 and text is not None and there in squeezed(text):
        start = squeezed(name).removesuffix("...").removesuffix("…")
        if there.startswith(start):
            return description, ""
    return name, description.strip()
