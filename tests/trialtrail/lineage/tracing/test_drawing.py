"""The drawing of a trail."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from trialtrail.lineage.graph import Graph
from trialtrail.lineage.tracing.drawing import HEIGHT, draw

SVG = "{http://www.w3.org/2000/svg}"


def graph_of(results, *jobs: tuple[str, list[str], list[str]]) -> Graph:
    """Return a graph of jobs: name, files read, files made."""
    made = {name for _, _, files in jobs for name in files}
    names = sorted({name for _, read, files in jobs for name in (*read, *files)})
    kind = {True: "table", False: "raw"}
    lineage = {
        "files": [{"id": name, "path": name, "kind": kind[name in made]} for name in names],
        "jobs": [{"id": job, "rule": job, "rows": {}} for job, _, _ in jobs],
        "generated": [{"job": job, "file": name} for job, _, files in jobs for name in files],
        "used": [
            {"job": job, "file": name, "role": "input"} for job, read, _ in jobs for name in read
        ],
    }
    return Graph(lineage, results)


@pytest.fixture
def graph(tmp_path):
    return graph_of(
        tmp_path,
        ("read", ["data/a.csv", "data/b.csv"], ["results/checked/a.csv"]),
        ("join", ["results/checked/a.csv", "data/late <&>.csv"], ["results/tables/t.csv"]),
        ("other", ["data/b.csv"], ["results/tables/other.csv"]),
    )


def boxes_of(svg: str) -> dict[str, tuple[float, float, float]]:
    """Return of each box its x, y and width, by the title."""
    found = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        title, rect = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        if title is not None:
            found[title.text] = tuple(float(rect.get(name)) for name in ("x", "y", "width"))
    return found


def test_what_a_table_comes_from_stands_on_its_left(graph):
    boxes = boxes_of(draw("results/tables/t.csv", graph))
    assert set(boxes) == {
        *("data/a.csv", "data/b.csv", "data/late <&>.csv"),
        *("results/checked/a.csv", "results/tables/t.csv", "job read", "job join"),
    }
    chain = ["data/b.csv", "job read", "results/checked/a.csv", "job join", "results/tables/t.csv"]
    places = [boxes[key] for key in chain]
    for (x, _, width), (following, _, _) in pairwise(places):
        assert x + width < following
    # A raw file that one late job reads stands just before it.
    assert boxes["data/late <&>.csv"][0] == boxes["results/checked/a.csv"][0]


def test_forwards_it_holds_what_a_file_touches(graph):
    boxes = boxes_of(draw("data/b.csv", graph, forward=True))
    assert "results/tables/other.csv" in boxes
    assert "data/a.csv" not in boxes
    assert boxes["data/b.csv"][0] == min(x for x, _, _ in boxes.values())


def test_no_box_lies_on_another(graph):
    boxes = list(boxes_of(draw("results/tables/t.csv", graph)).values())
    for at, (x, y, width) in enumerate(boxes):
        for other_x, other_y, other_width in boxes[:at]:
            apart_across = x + width <= other_x or other_x + other_width <= x
            assert apart_across or abs(y - other_y) >= HEIGHT


def test_many_raw_files_are_one_box(tmp_path):
    talks = [f"data/talk/t{n}.txt" for n in range(20)]
    boxes = boxes_of(draw("t.csv", graph_of(tmp_path, ("read", talks, ["t.csv"]))))
    assert set(boxes) == {"data/talk/*.txt  (20 raw files)", "job read", "t.csv"}


def test_a_raw_file_alone_is_one_box(graph):
    assert set(boxes_of(draw("data/a.csv", graph))) == {"data/a.csv"}


def test_it_is_the_same_each_time(graph):
    assert draw("results/tables/t.csv", graph) == draw("results/tables/t.csv", graph)
