"""Delimited text: what is found or guessed of its form, and the grammar of strict `csv`."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialtrail.errors import StudyError
from trialtrail.exports import delimited_records
from trialtrail.exports.delimited import read_delimited
from trialtrail.exports.limits import MAX_CELL, MAX_COLUMNS


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "a.csv"

    def from_text(data, **spec):
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
        return read_delimited({"name": "e", "label": "raw/a.csv"} | spec, str(path))

    return from_text


def cells(export):
    return export.rows.iloc[:, :-2].to_numpy().tolist()


def refused(read, data, **spec):
    with pytest.raises(StudyError) as caught:
        read(data, **spec)
    return caught.value


TEXT = "id;name\n1;Zoë\n2;Íde\n"
FORMS = {
    "UTF-8": ("utf-8", ""),
    "UTF-8 with a mark": ("utf-8-sig", ""),
    "UTF-16 with a mark": ("utf-16", ""),
    "UTF-16 LE": ("utf-16-le", "encoding"),
    "UTF-16 BE": ("utf-16-be", "encoding"),
    "UTF-32 with a mark": ("utf-32", ""),
    "Windows": ("cp1252", "encoding"),
}


@pytest.mark.parametrize(("encoding", "guessed"), FORMS.values(), ids=FORMS)
def test_the_encoding_is_found_and_a_guess_is_called_one(read, encoding, guessed):
    export = read(TEXT.encode(encoding), known=["id", "name"])
    assert cells(export) == [["1", "Zoë"], ["2", "Íde"]]
    assert export.guessed == ([guessed] if guessed else [])
    assert export.form["encoding"].lower().startswith(encoding[:5])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_known_by_the_columns_of_the_configuration(read, mark, end):
    rows = [["id", "a,b", "c;d"], ["1", "x", "y"], ["2", "", "z"]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mark, lineterminator=end).writerows(rows)
    export = read(text.getvalue(), known=["id", "a,b", "c;d"])
    assert (export.header, cells(export), export.guessed) == (rows[0], rows[1:], [])
    assert export.rows["_line"].tolist() == [2, 3]


def test_a_delimiter_of_which_nothing_is_known_is_guessed_where_two_would_fit(read):
    assert read("a;b\n1;2\n3;4\n").guessed == []
    assert read("a,x;b,y\n1,1;2,2\n").guessed == ["delimiter"]


def test_a_single_column_has_no_delimiter_to_guess(read):
    export = read("id\n1\n2\n")
    assert (cells(export), export.guessed) == ([["1"], ["2"]], [])


def test_single_quotation_marks_are_found(read):
    export = read("'id','note'\n'1','a, b'\n")
    assert cells(export) == [["1", "a, b"]]


def test_escapes_are_those_of_the_configuration(read):
    export = read('id,note\n1,"say \\"hi\\""\n', escape="\\")
    assert cells(export) == [["1", 'say "hi"']]


def test_without_quotation_marks_a_mark_is_a_sign_like_others(read):
    assert cells(read('id,note\n1,"a\n', quote="", delimiter=",")) == [["1", '"a']]


def test_the_line_in_which_excel_names_the_delimiter_is_no_header(read):
    export = read("sep=;\nid;b\n1;2\n")
    assert (export.header, cells(export)) == (["id", "b"], [["1", "2"]])
    assert (export.header_line, export.rows["_line"].tolist()) == (2, [3])


# The grammar: the same records on the same lines as `csv` gives, whatever the blocks are.

PIECES = ["a", '"', '""', "\n", "\r\n", "\r", ",", "", "é", '"x,y"', '"x\ny"', '"x""y"', "b c"]
CELL = st.sampled_from(["a", "b,c", 'x"y', "x\ny", "", "é", "l\r\nm"])
WELL = st.lists(st.lists(CELL, min_size=2, max_size=4))


def by_csv(text):
    """Return what strict `csv` gives: ((line, cells) ...), or the line that it refuses."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found, line = [], 1
    try:
        for record in reader:
            if record:
                found.append((line, record))
            line = reader.line_num + 1
    except csv.Error:
        return line
    return found[1:]


def by_reader(read, text):
    try:
        export = read(text, delimiter=",", quote='"', encoding="utf-8")
    except StudyError as error:
        return int(error.where.split("line ")[1])
    lines = export.rows["_line"].tolist()
    whole = list(zip(lines, cells(export), strict=True))
    return sorted([*whole, *export.ragged], key=lambda record: record[0])


def agree(read, monkeypatch, text, block):
    monkeypatch.setattr(delimited_records, "BLOCK", block)
    wanted = by_csv(text)
    if isinstance(wanted, list):
        wanted = [(n, r) for n, r in wanted if len(r) == 3 or any(map(str.strip, r))]
        ended = len(wanted) > 1 and {len(r) for _, r in wanted} == {4}
        if ended and not any(r[3].strip() for _, r in wanted):
            wanted = [(n, r[:3]) for n, r in wanted]  # a delimiter ends each line
        wanted = [(n, r if len(r) == 3 else len(r)) for n, r in wanted]
    assert by_reader(read, text) == wanted


@settings(max_examples=settings().max_examples * 3 // 2)
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from([5, 17, 64, 1 << 20]))
def test_any_text_gives_what_strict_csv_gives(read, pieces, block):
    with pytest.MonkeyPatch.context() as patch:
        agree(read, patch, "h1,h2,h3\n" + "".join(pieces), block)


@given(WELL, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from([5, 64, 1 << 20]))
def test_what_csv_wrote_is_read_as_csv_reads_it(read, rows, end, quoted, block):
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    writer.writerows([["h1", "h2", "h3"], *rows])
    with pytest.MonkeyPatch.context() as patch:
        agree(read, patch, text.getvalue(), block)


# What is larger than any export is refused, and not held in memory.


def test_a_cell_without_end_is_refused(read):
    error = refused(read, "a,b\n1," + "x" * (MAX_CELL + 1) + "\n", delimiter=",")
    assert (error.rule, error.where) == ("size", "raw/a.csv, line 2")
    assert "xx" not in error.text()


def test_a_line_without_end_is_refused(read, monkeypatch):
    monkeypatch.setattr(delimited_records, "BLOCK", 1 << 12)
    monkeypatch.setattr(delimited_records, "MAX_RECORD", 1 << 14)
    assert refused(read, 'a,b\n1,"' + "x\n" * (1 << 16), delimiter=",").rule == "size"


def test_a_header_of_a_million_columns_is_refused(read):
    assert refused(read, "c," * (MAX_COLUMNS + 1) + "\n", delimiter=",").rule == "size"
