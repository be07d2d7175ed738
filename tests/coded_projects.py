"""Small projects as programs for qualitative analysis write them: REFI-QDA, QualCoder, Taguette."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

SPACE = "urn:QDA-XML:project:1.0"
TEXT = "I: How was it?\nA: Grand, so it was.\nI: And then?\n"
WORDS = "Grand, so it was."
AT = (18, 35)
USERS = '<Users><User guid="u1" name="ann"/><User guid="u2" name="bob"/></Users>'
TREE = (
    '<Code guid="t" name="Theme" isCodable="false"><Code guid="k" name="Kind" isCodable="false">'
    '<Code guid="a" name="bond" isCodable="true"><Description>warm</Description></Code>'
    '<Code guid="b" name="visit" isCodable="true"/></Code></Code>'
)


def coding(code: str, guid: str = "c1", user: str = "u1", more: str = "") -> str:
    """Return a coding; without a user it names none."""
    by = f' creatingUser="{user}"' if user else ""
    return f'<Coding guid="{guid}"{by}><CodeRef targetGUID="{code}"/>{more}</Coding>'


def selection(
    start: object = AT[0],
    end: object = AT[1],
    inside: str | None = None,
    name: str = "",
    guid: str = "s1",
    more: str = 'creatingUser="u1" creationDateTime="2024-05-06T10:00:00Z"',
) -> str:
    """Return a selection of a passage with what stands in it, by default one coding."""
    words = f" name={quoteattr(name)}" if name else ""
    inside = coding("a") if inside is None else inside
    return (
        f'<PlainTextSelection guid="{guid}" startPosition="{start}" endPosition="{end}"{words}'
        f" {more}>{inside}</PlainTextSelection>"
    )


def text_source(
    inside: str, name: str | None = "talk_1.txt", guid: str = "x", path: str = "internal://x.txt"
) -> str:
    """Return a source of text that lies in the archive."""
    called = "" if name is None else f" name={quoteattr(name)}"
    return f'<TextSource guid="{guid}"{called} plainTextPath="{path}">{inside}</TextSource>'


def project_xml(
    sources: str, codes: str = TREE, rest: str = "", space: str = SPACE, origin: str = "A program"
) -> str:
    """Return the XML of a project."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Project name="p" origin={quoteattr(origin)} xmlns="{space}">{USERS}'
        f"<CodeBook><Codes>{codes}</Codes></CodeBook><Sources>{sources}</Sources>{rest}</Project>"
    )


def qdpx(path: Path, xml: str, files: Mapping[str, str | bytes] | None = None) -> Path:
    """Write a project with its texts, by default one, and return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", xml)
        for name, content in (files or {"sources/x.txt": TEXT}).items():
            archive.writestr(name, content)
    return path


QUALCODER = (
    "project (databaseversion text, date text, memo text, about text, codername text)",
    "source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner"
    " text, date text, av_text_id integer, risid integer, unique(name))",
    "code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid"
    " integer, unique(name))",
    "code_name (cid integer primary key, name text, memo text, catid integer, owner text, date"
    " text, color text, supercid integer, unique(name))",
    "code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer,"
    " pos1 integer, owner text, date text, memo text, avid integer, important integer)",
    "code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer, memo"
    " text, date text, owner text, important integer)",
    "code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer,"
    " height integer, cid integer, memo text, date text, owner text, important integer, pdf_page"
    " integer)",
    "annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text,"
    " owner text, date text)",
    "attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text,"
    " valuetype text)",
    "attribute (attrid integer primary key, name text, attr_type text, value text, id integer,"
    " date text, owner text)",
    "cases (caseid integer primary key, name text, memo text, owner text, date text)",
    "case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer,"
    " owner text, date text, memo text)",
    "journal (jid integer primary key, name text, jentry text, date text, owner text)",
    "graph (grid integer primary key, name text, description text)",
    "stored_sql (title text, description text)",
)
"""The tables of QualCoder 3, as far as they matter."""
DAY = "2024-05-06 10:00:00"


def qualcoder(path: Path, rows: Mapping[str, Sequence[Mapping]]) -> Path:
    """Write a database of QualCoder with rows by table and return its path."""
    return _database(path, QUALCODER, {"project": [{"databaseversion": "v17"}], **rows})


TAGUETTE = (
    "alembic_version (version_num varchar(32) not null)",
    "users (login varchar(30) primary key, created datetime, hashed_password varchar(192))",
    "projects (id integer primary key, name varchar(200), description text, created datetime)",
    "project_members (project_id integer, user_login varchar(30), privileges varchar(11))",
    "documents (id integer primary key, name varchar(200), description text, filename"
    " varchar(200), created datetime, project_id integer, text_direction varchar, contents text)",
    "commands (id integer primary key, date datetime, user_login varchar(30), project_id integer,"
    " document_id integer, payload text)",
    "highlights (id integer primary key, document_id integer, start_offset integer, end_offset"
    " integer, snippet text)",
    "tags (id integer primary key, project_id integer, path varchar(200), description text)",
    "highlight_tags (highlight_id integer, tag_id integer)",
)
"""The tables of Taguette 1.5."""


def taguette(path: Path, rows: Mapping[str, Sequence[Mapping]]) -> Path:
    """Write a database of Taguette with rows by table and return its path."""
    project = {"id": 1, "name": "p", "description": "", "created": DAY}
    return _database(path, TAGUETTE, {"projects": [project], **rows})


def html_of(text: str, between: str = "\n") -> str:
    """Return a text as paragraphs of HTML, a line each."""
    return between.join(f"<p>{escape(line)}</p>" for line in text.splitlines())


def given(number: int, highlight: int, tags: Sequence[int], user: str, day: str = DAY) -> dict:
    """Return the command by which a user of Taguette gave tags to a highlight."""
    payload = {"type": "highlight_add", "highlight_id": highlight, "tags": list(tags)}
    return {
        "id": number,
        "date": day,
        "user_login": user,
        "project_id": 1,
        "payload": json.dumps(payload),
    }


def _database(path: Path, tables: Sequence[str], rows: Mapping[str, Sequence[Mapping]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for table in tables:
            connection.execute(f"CREATE TABLE {table}")
        for table, each in rows.items():
            for row in each:
                marks = ", ".join("?" * len(row))
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values())
                )
        connection.commit()
    return path
