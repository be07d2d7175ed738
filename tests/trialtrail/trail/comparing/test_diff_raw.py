"""Raw files compared cell by cell, and single changes taken over from one into the other."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialtrail.trail.comparing.alignment import align, in_order, is_reordered
from trialtrail.trail.comparing.raw_cells import RawPair

A = "Ref;Who;Mins\r\nC1;Anna;10\r\nC2;Zoë;20\r\nC3;Anna;30\r\n"
FORM = {"encoding": "cp1252", "delimiter": ";"}
RECORDS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xy")), max_size=9)


def pair(b: str, a: str = A, key: str = "Ref", **form: str) -> RawPair:
    """Return the pair of two texts."""
    form = FORM | form
    return RawPair(a.encode(form["encoding"]), b.encode(form["encoding"]), (form, form), key)


def told(found: RawPair) -> list[tuple]:
    """Return the changes without their place in the records."""
    return [(c.what, c.line, c.line_b, c.column, c.a, c.b, c.key) for c in found.changes]


def test_a_cell_is_told_by_line_and_column():
    found = pair(A.replace("20", "25"))
    assert told(found) == [("cell", 3, 3, "Mins", "20", "25", "C2")]


def test_one_of_two_cells_is_taken_over_and_no_other_byte():
    found = pair(A.replace("20", "25").replace("30", "35"))
    one, two = found.changes
    assert found.content([one]).decode("cp1252") == A.replace("20", "25")
    assert found.content([two]).decode("cp1252") == A.replace("30", "35")
    assert found.content([]) == found.a
    assert found.content([one, two]) == found.b


def test_a_record_put_in_is_one_change_and_those_below_it_are_none():
    found = pair(A.replace("C2;", "C9;Ida;5\r\nC2;"))
    assert told(found) == [("record added", 0, 3, "", "", "", "C9")]


def test_a_record_removed_and_a_cell_below_it():
    b = A.replace("C2;Zoë;20\r\n", "").replace("30", "35")
    found = pair(b)
    assert told(found) == [
        ("record removed", 3, 0, "", "", "", "C2"),
        ("cell", 4, 3, "Mins", "30", "35", "C3"),
    ]
    removed, changed = found.changes
    assert found.content([removed]).decode("cp1252") == A.replace("C2;Zoë;20\r\n", "")
    assert found.content([changed]).decode("cp1252") == A.replace("30", "35")


def test_a_changed_key_is_a_cell_and_no_new_record():
    assert told(pair(A.replace("C2", "C7"))) == [("cell", 3, 3, "Ref", "C2", "C7", "C2")]


def test_another_order_is_one_change_beside_the_cells():
    b = "Ref;Who;Mins\r\nC3;Anna;30\r\nC1;Anna;10\r\nC2;Zoë;25\r\n"
    found = pair(b)
    assert [change.what for change in found.changes] == ["cell", "order"]
    cell, order = found.changes
    assert found.content([cell]).decode("cp1252") == A.replace("20", "25")
    assert found.content([order]).decode("cp1252") == b.replace("25", "20")


def test_other_line_ends_are_one_change_and_no_cell():
    found = pair(A.replace("\r\n", "\n"))
    assert [change.what for change in found.changes] == ["layout"]


def test_line_ends_and_a_cell_are_told_apart():
    b = A.replace("\r\n", "\n").replace("20", "25")
    found = pair(b)
    assert [change.what for change in found.changes] == ["cell", "layout"]
    cell, layout = found.changes
    assert found.content([cell]).decode("cp1252") == A.replace("20", "25")
    assert found.content([layout]).decode("cp1252") == A.replace("\r\n", "\n")


def test_a_last_line_without_its_end_is_no_other_layout():
    found = pair(A.removesuffix("\r\n") + "\r\nC4;Ida;5", a=A.removesuffix("\r\n"))
    assert [change.what for change in found.changes] == ["record added"]


def test_a_heading_is_a_cell_of_the_first_line():
    assert told(pair(A.replace("Mins", "Minutes"))) == [
        ("cell", 1, 1, "Mins", "Mins", "Minutes", "")
    ]


def test_a_new_column_is_the_file_as_a_whole():
    b = "\r\n".join(f"{line};z" if line else "" for line in A.split("\r\n"))
    found = pair(b)
    assert [change.what for change in found.changes] == ["file"]
    assert [(d.what, d.column) for d in found.details] == [("column added", "z")]


def test_a_cell_over_two_lines_keeps_its_lines():
    a = A.replace("Zoë", '"Zoë\r\nL."')
    found = pair(a.replace("30", "35"), a=a)
    assert told(found) == [("cell", 5, 5, "Mins", "30", "35", "C3")]


def test_a_text_that_the_encoding_of_a_lacks_cannot_be_taken_over():
    form_b = FORM | {"encoding": "utf-8"}
    b = A.replace("Anna", "Łucja").encode("utf-8")
    found = RawPair(A.encode("cp1252"), b, (FORM, form_b), "Ref")
    cells = [change for change in found.changes if change.what == "cell"]
    assert len(cells) == 2
    with pytest.raises(UnicodeError):
        found.content(cells[:1])


def test_a_cell_of_a_workbook_is_taken_over_alone():
    def book(*rows: tuple) -> bytes:
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        stream = io.BytesIO()
        made.save(stream)
        return stream.getvalue()

    form = {"format": "xlsx", "header_row": 2}
    a = book(("Register",), ("Id", "Age"), ("M1", 30), ("M2", 40))
    b = book(("Register",), ("Id", "Age"), ("M1", 31), ("M2", 44))
    found = RawPair(a, b, (form, form), "Id")
    assert [(c.line, c.column, c.a, c.b) for c in found.changes] == [
        (3, "Age", "30", "31"),
        (4, "Age", "40", "44"),
    ]
    made = openpyxl.load_workbook(io.BytesIO(found.content(found.changes[1:]))).active
    assert [made.cell(line, 2).value for line in (3, 4)] == [30, 44]


def test_a_file_that_is_not_of_its_form_differs_as_a_whole():
    found = RawPair(b"a,b\n1,2\n", b'a,b\n"1,2\n', ({"format": "csv"}, {"format": "csv"}))
    assert [change.what for change in found.changes] == ["file"]


@given(RECORDS, RECORDS)
def test_every_record_is_in_one_pair(a, b):
    pairs = align(a, b, 0)
    assert sorted(one for one, _ in pairs if one is not None) == list(range(len(a)))
    assert sorted(two for _, two in pairs if two is not None) == list(range(len(b)))
    for side, records in ((0, a), (1, b)):
        order = [pair[side] for pair in in_order(pairs, side) if pair[side] is not None]
        assert order == list(range(len(records)))


@given(RECORDS)
def test_equal_tables_have_no_other_pairs(records):
    pairs = align(records, records, 0)
    assert pairs == [(at, at) for at in range(len(records))]
    assert not is_reordered(pairs)


@given(RECORDS, RECORDS, st.data())
def test_changes_taken_over_leave_exactly_the_others(a, b, data):
    """What is taken over is no difference any more, and nothing else becomes one."""
    texts = ["k,v\n" + "".join(f"{k},{v}\n" for k, v in rows) for rows in (a, b)]
    found = pair(texts[1], a=texts[0], key="k", delimiter=",", encoding="utf-8")
    changes = [change for change in found.changes if change.what != "layout"]
    chosen = [change for change in changes if data.draw(st.booleans())]
    made = found.content(chosen).decode().splitlines()[1:]
    rows = len(a) + sum(
        {"record added": 1, "record removed": -1}.get(change.what, 0) for change in chosen
    )
    assert len(made) == rows
    if len(chosen) == len(changes):
        assert "\n".join(["k,v", *made]) + "\n" == texts[1]


@pytest.mark.parametrize(
    ("form", "a", "old", "new"),
    [
        ({"delimiter": "\t"}, "k\tv\nC1\ta;b\nC2\tc\n", "a;b", "a;d"),
        ({"quote": "'"}, "k;v\nC1;'a;b'\nC2;c\n", "a;b", "a;d"),
        ({"quote": ""}, 'k;v\nC1;"a\nC2;c\n', '"a', '"d'),
        ({}, "sep=;\r\nk;v\r\nC1;a\r\nC2;c\r\n", "a", "d"),
        ({"header_row": 3}, "From the ward\n\nk;v\nC1;a\nC2;c\n", "C1;a", "C1;d"),
        ({"encoding": "utf-16-le"}, "k;v\nC1;ä\nC2;c\n", "ä", "ö"),
    ],
)
def test_a_file_is_read_in_the_form_in_which_the_run_read_it(form, a, old, new):
    b = a.replace(old, new)
    (change,) = (found := pair(b, a=a, key="k", **form)).changes
    line = a[: a.index(old)].count("\n") + 1
    assert (change.what, change.line, change.column, change.key) == ("cell", line, "v", "C1")
    assert found.content([change]) == found.b


def test_a_line_above_the_header_is_taken_over_as_it_stands():
    a = "sep=;\nk;v\nC1;a\nC2;c\n"
    found = pair(a.replace("sep=;", "sep=; ").replace("C2;c", "C2;d"), a=a, key="k")
    one, two = found.changes
    assert (one.line, two.line) == (1, 4)
    assert found.content([one]).decode("cp1252") == a.replace("sep=;", "sep=; ")
    assert found.content([two]).decode("cp1252") == a.replace("C2;c", "C2;d")
