"""Rows are found by an index: what a look-up costs does not grow with the table."""

import pytest

from trialtrail.report.found_rows import FoundRows


class Made:
    """A row that counts how often it is read."""

    read = 0

    def __init__(self, name: str, **texts: str) -> None:
        self.id, self.texts = name, texts

    def raw(self, column: str) -> str:
        Made.read += 1
        return self.texts.get(column, "")


def made(count: int) -> FoundRows[Made]:
    return FoundRows([Made(f"t{n % 7}.c{n}", kind=str(n % 7), n=str(n)) for n in range(count)])


def reads_of_each(count: int) -> int:
    """Return how often rows are read when each is looked up once, by text and by name."""
    rows = made(count)
    Made.read = 0
    for row in rows.listed:
        assert rows.where({"n": row.texts["n"], "kind": row.texts["kind"]}) == [row]
        assert rows.by_id[row.id] is row
    return Made.read


def test_reads_grow_no_more_than_the_rows():
    assert reads_of_each(2000) <= 4 * reads_of_each(500)


@pytest.mark.parametrize(
    "wanted",
    [{}, {"kind": "3"}, {"kind": ["3", "5"]}, {"kind": ["3"], "n": "3"}, {"kind": "none"},
     {"absent": ""}, {"absent": "x"}, {"kind": []}],
)  # fmt: skip
def test_it_finds_what_a_search_finds_in_order(wanted):
    rows = made(30)
    sets = {name: {of} if isinstance(of, str) else set(of) for name, of in wanted.items()}
    searched = [row for row in rows.listed if all(row.raw(name) in of for name, of in sets.items())]
    assert rows.where(wanted) == searched
    assert rows.where(wanted) is not rows.listed


@pytest.mark.parametrize("prefix", ["t1", "t1.c1", "t", "", "t1."])
def test_below_takes_whole_parts_of_a_name(prefix):
    rows = FoundRows([Made("t1"), Made("t1.c1"), Made("t1.c1.x"), Made("t10.c1"), Made("t1..y")])
    searched = [row for row in rows.listed if row.id.startswith(prefix + ".")]
    assert rows.below(prefix) == searched
