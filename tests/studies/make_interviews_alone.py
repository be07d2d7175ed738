"""Write the study `interviews_alone`: python tests/studies/make_interviews_alone.py

Everything in it is invented: no person learned to ring a bell for it, and none said these words.
Three coders worked on six transcripts: the first in code points, the second in a program that
counts UTF-16, the third in one that keeps words and no offsets.
"""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parent / "interviews_alone"

TALKS = {
    "ringer_1": [
        "I: What was the first evening like?",
        "R: Loud. The rope went up and I went up with it, and everybody shouted let go. 😀",
        "I: And your hands?",
        "R: Blisters on both. You hold too tight when you are afraid, and I was afraid.",
        "I: Afraid of what?",
        "R: Of the weight. It is half a tonne up there and does not stop because you want it to.",
    ],
    "ringer_2": [
        "I: What was the first evening like?",
        "R: They gave me a mug of tea before they gave me a rope. I liked that.",
        "I: When did it begin to go right?",
        "R: When I stopped looking. You hear your place, you do not see it.",
        "R: And when I fell out of the round nobody minded. They laughed, I laughed.",
    ],
    "ringer_3": [
        "I: What was the first evening like?",
        "R: I could not hear my own bell. Eight of them, mine is one of eight 😀 and I lost it.",
        "R: The tutor stood behind me and said now, now, now, and that was the only thing I heard.",
        "I: And your hands?",
        "R: No blisters. She taught me to let the rope run.",
    ],
    "ringer_4": [
        "I: Why did you stop?",
        "R: The stairs, to be honest. A hundred and four steps, and my knees.",
        "R: And they had all rung together for thirty years. They were kind, and I was a guest.",
    ],
    "ringer_5": [
        "I: What keeps you going?",
        "R: The tea. No: the people who make the tea.",
        "R: And one evening in May when eight of us rang three minutes without a fault. You hear"
        " your place, and then you hear that there are no places, only the round.",
    ],
    "ringer_6": [
        "I: What was the first evening like?",
        "R: I was afraid of the noise and it was the quiet that got me, the bell up, balanced, and"
        " nothing, until you pull.",
        "R: I have blisters to this day. I would not be without them.",
    ],
}
"""The paragraphs of each transcript."""

CODEBOOK = [
    ("body", "The body", "", "What ringing does to the body; has passages of its own"),
    ("rope", "Hands and rope", "body", "What the rope does to the hands"),
    ("blisters", "Blisters", "rope", "Blisters, and holding too tight"),
    ("knees", "Knees and stairs", "body", "The way up to the ringing chamber"),
    ("hearing", "Hearing one's place", "", "Finding the own bell in the round by ear"),
    ("fear", "Fear", "", "Being afraid of weight, height or noise"),
    ("welcome", "Being taken in", "", "How the band treats a learner"),
    ("outside", "Remaining a guest", "welcome", "Kindness that keeps a distance"),
]
"""Code, label, parent and definition; three stand alone, the others under codes of their own."""

CODINGS = {
    "ada": [
        ("ringer_1", "rope", "The rope went up and I went up with it"),
        ("ringer_1", "blisters", "Blisters on both. You hold too tight when you are afraid"),
        ("ringer_1", "fear", "You hold too tight when you are afraid, and I was afraid."),
        ("ringer_1", "fear", "Of the weight."),
        ("ringer_1", "body", "It is half a tonne up there"),
        ("ringer_2", "welcome", "a mug of tea before they gave me a rope"),
        ("ringer_2", "hearing", "You hear your place, you do not see it."),
        ("ringer_3", "hearing", "I could not hear my own bell."),
        ("ringer_3", "hearing", "that was the only thing I heard"),
        ("ringer_3", "rope", "let the rope run"),
        ("ringer_4", "knees", "A hundred and four steps, and my knees."),
        ("ringer_4", "outside", "They were kind, and I was a guest."),
        ("ringer_5", "welcome", "the people who make the tea"),
        ("ringer_5", "hearing", "You hear your place, and then you hear that there are no places"),
        ("ringer_6", "fear", "I was afraid of the noise"),
        ("ringer_6", "blisters", "I have blisters to this day."),
        ("ringer_1", "fear", "Of the weight."),
    ],
    "ben": [
        ("ringer_1", "rope", "I went up with it"),
        ("ringer_1", "blisters", "Blisters on both."),
        ("ringer_1", "fear", "when you are afraid, and I was afraid."),
        ("ringer_2", "welcome", "They laughed, I laughed."),
        ("ringer_2", "hearing", "You hear your place"),
        ("ringer_3", "hearing", "mine is one of eight 😀 and I lost it"),
        ("ringer_3", "hearing", "the only thing I heard"),
        ("ringer_3", "rope", "She taught me to let the rope run."),
        ("ringer_5", "welcome", "the people who make the tea"),
    ],
    "cem": [
        ("ringer_1", "blisters", "Blisters on both."),
        ("ringer_1", "fear", "I was afraid."),
        ("ringer_2", "hearing", "You hear your place, you do not see it."),
        ("ringer_4", "knees", "The stairs, to be honest."),
        ("ringer_4", "outside", "I was a guest."),
        ("ringer_6", "fear", "I was afraid of the noise and it was the quiet that got me"),
    ],
}
"""Of each coder document, code and words; the last of the first coder repeats an earlier one."""

QUOTATIONS = [
    ("1", "hearing", "ringer_2", "You hear your place, you do not see it."),
    ("2", "welcome", "ringer_4", "They were kind, and I was a guest."),
]

TEXTS = {
    "summary": "Six people who had begun to ring church bells were asked what learning it was like."
    ' Hearing one’s place was found in {{ n("codes#hearing/n") }} of'
    ' {{ n("codes#hearing/denominator") }} interviews, fear in {{ n("codes#fear/n") }}.\n',
    "codes": "A code counts with those below it: *The body* has passages of its own and those of"
    " the rope and of the stairs.\n",
}

STUDY = """\
# yaml-language-server: $schema=../../../schemas/configuration/configuration.yaml
study:
  title: Learning to ring
  short_name: ROPE
  subtitle: A qualitative study
  synthetic: true
  synthetic_note: Every word and every coding is invented. No person is described.

exports:
  transcripts: {file: data/transcripts}
  codebook: {file: data/codebook.csv}
  ada: {file: data/ada.csv}
  ben: {file: data/ben.csv}
  cem: {file: data/cem.csv}
  quotations: {file: data/quotations.csv}

tables:
  transcripts:
    sources:
      - {export: transcripts, columns: {document: document, text: text}}
  codebook:
    sources:
      - export: codebook
        columns: {code: code, label: label, parent: parent, definition: definition}
  segments:
    sources:
      - export: ada
        columns: {document: document, code: code, start: start, end: end, selected: selected}
        constants: {coder: ada}
      - export: ben
        columns: {document: document, code: code, start: start, end: end, selected: selected}
        constants: {coder: ben}
      - export: cem
        columns: {document: document, code: code, selected: words}
        constants: {coder: cem}
  quotations:
    sources:
      - export: quotations
        columns:
          quotation: quotation
          theme: theme
          document: document
          start: start
          end: end
          text: text

report:
  text: text
"""

DOCX = {
    "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>',
}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def document(paragraphs: list[str]) -> bytes:
    """Return a Word document of plain paragraphs, the same bytes each time."""
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for text in paragraphs
    )
    main = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name, text in (DOCX | {"word/document.xml": main}).items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            target.writestr(entry, text.encode())
    return packed.getvalue()


def table(header: list[str], rows: list[tuple]) -> bytes:
    """Return a CSV file."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue().encode()


def utf16(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def all_files() -> dict[str, bytes]:
    """Return the bytes of each file of the study by its path in the folder."""
    texts = {name: "\n".join(paragraphs) for name, paragraphs in TALKS.items()}

    def place(name: str, words: str) -> tuple[int, int]:
        start = texts[name].index(words)
        return start, start + len(words)

    def place_16(name: str, words: str) -> tuple[int, int]:
        start, end = place(name, words)
        return utf16(texts[name][:start]), utf16(texts[name][:end])

    header = ["document", "code", "start", "end", "selected"]
    files = {}
    for number, (name, paragraphs) in enumerate(TALKS.items()):
        as_word = number % 2 == 0
        ending, content = (
            ("docx", document(paragraphs)) if as_word else ("txt", texts[name].encode())
        )
        files[f"data/transcripts/{name}.{ending}"] = content
    files["data/codebook.csv"] = table(["code", "label", "parent", "definition"], CODEBOOK)
    for coder, places in (("ada", place), ("ben", place_16)):
        rows = [(*each[:2], *places(each[0], each[2]), each[2]) for each in CODINGS[coder]]
        files[f"data/{coder}.csv"] = table(header, rows)
    files["data/cem.csv"] = table(["document", "code", "words"], CODINGS["cem"])
    files["data/quotations.csv"] = table(
        ["quotation", "theme", "document", "start", "end", "text"],
        [(n, theme, name, *place(name, words), words) for n, theme, name, words in QUOTATIONS],
    )
    files |= {f"text/{name}.md": text.encode() for name, text in TEXTS.items()}
    return files | {"study.yaml": STUDY.encode()}


if __name__ == "__main__":
    for name, content in all_files().items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_bytes(content)
