"""Projects with things amiss in any place: they are read, and the account adds up."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from coded_projects import (
    TEXT,
    coding,
    project_xml,
    qdpx,
    qualcoder,
    selection,
    taguette,
    text_source,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import account, read
from test_databases import CODES, SOURCES, TAGS, given_code, highlighted, talk
from test_refi import OTHERS, REST, VARIABLES

from trialtrail.exports.projects.refi_elements import CONTAINERS
from trialtrail.exports.projects.tables import PARTS

INSIDE = selection(inside=coding("a", more='<NoteRef targetGUID="n2"/>'))
INSIDE += selection(3, 6, "<Description>she pauses</Description>", guid="s2") + coding("b", "cw")
ALL = ("area", "text", "whole", "turn", "lost", "times", "picture")
XML = project_xml(
    text_source(INSIDE) + OTHERS.format(**{part: coding("b", f"c-{part}") for part in ALL}),
    rest=VARIABLES + REST,
)
ODD = ("", " ", "none", "-1", "9" * 400, "\u00e4\u200b", "internal://", "../../x", "a", "x")


def read_all(path):
    for sheet in PARTS:
        read(path, sheet)
    return account(path)


@settings(max_examples=15)
@given(data=st.data())
def test_an_element_or_attribute_amiss_ends_no_reading_of_refi(data, tmp_path_factory):
    from lxml import etree

    root = etree.fromstring(XML.encode())
    places = [each for each in root.iter() if each.getparent() is not None]
    for _ in range(data.draw(st.integers(1, 3))):
        each = data.draw(st.sampled_from(places))
        what = data.draw(st.sampled_from(["remove", "empty", "attribute", "again", "move"]))
        if what == "remove" and each.getparent() is not None:
            each.getparent().remove(each)
        elif what == "empty":
            del each[:]
        elif what == "attribute" and each.attrib:
            name = data.draw(st.sampled_from(sorted(each.attrib)))
            if data.draw(st.booleans()):
                each.set(name, data.draw(st.sampled_from(ODD)))
            else:
                del each.attrib[name]
        elif what == "again" and each.getparent() is not None:
            each.addnext(etree.fromstring(etree.tostring(each)))
        elif what == "move":
            other = data.draw(st.sampled_from(places))
            if each not in other.iterancestors() and each is not other:
                other.append(each)
    path = tmp_path_factory.mktemp("odd") / "p.qdpx"
    qdpx(path, etree.tostring(root).decode(), {"x.txt": TEXT, "n.txt": "we met"})
    found = read_all(path)
    files = found.pop("file in the archive")[0]
    assert files == 2
    names = [etree.QName(each).localname for each in root.iter() if isinstance(each.tag, str)]
    there = sum(name not in CONTAINERS for name in names)
    assert sum(count for count, _, _ in found.values()) == there


QUALCODER = {
    "source": SOURCES,
    **CODES,
    "code_text": [given_code(1), given_code(2, code=3, important=1)],
    "code_av": [{"avid": 1, "id": 4, "cid": 1, "pos0": 0, "pos1": 9}],
    "code_image": [{"imid": 1, "id": 3, "cid": 1, "x1": 0}],
    "cases": [{"caseid": 1, "name": "Ann"}],
    "case_text": [{"id": 1, "caseid": 1, "fid": 1, "pos0": 0, "pos1": 9}],
    "attribute": [{"attrid": 1, "name": "role", "attr_type": "case", "value": "mentor", "id": 1}],
    "journal": [{"jid": 1, "name": "audit", "jentry": "agreed"}],
    "annotation": [{"anid": 1, "fid": 1, "pos0": 0, "pos1": 5, "memo": "risk"}],
}
TAGUETTE = {
    "documents": [talk()],
    "tags": TAGS,
    "highlights": [highlighted("so it was", 1)],
    "highlight_tags": [{"highlight_id": 1, "tag_id": 1}],
    "commands": [{"id": 1, "user_login": "ann", "payload": '{"type": "highlight_add"}'}],
}
CELLS = (None, "", "text", -5, 3.5, 10**12, b"\xff\xfe", "[1]", '{"type": "highlight_add"}')


@pytest.mark.parametrize(
    ("make", "tables", "ending"),
    [(qualcoder, QUALCODER, "qda"), (taguette, TAGUETTE, "sqlite3")],
    ids=["qualcoder", "taguette"],
)
@settings(max_examples=12)
@given(data=st.data())
def test_a_cell_amiss_ends_no_reading_of_a_database(make, tables, ending, data, tmp_path_factory):
    path = make(tmp_path_factory.mktemp("odd") / f"p.{ending}", tables)
    with closing(sqlite3.connect(path)) as connection:
        for _ in range(data.draw(st.integers(1, 3))):
            table = data.draw(st.sampled_from(sorted(tables)))
            listed = connection.execute(f"PRAGMA table_info({table})").fetchall()
            column = data.draw(st.sampled_from([each[1] for each in listed]))
            cell = data.draw(st.sampled_from(CELLS))
            try:
                connection.execute(f"UPDATE {table} SET {column} = ?", [cell])
            except sqlite3.DatabaseError:  # a key that the database itself keeps
                continue
        connection.commit()
        counted = sum(
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        )
    found = read_all(path)
    found.pop("code_text marked as important", None)
    assert sum(count for count, _, _ in found.values()) == counted
