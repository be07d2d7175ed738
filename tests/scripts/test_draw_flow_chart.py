"""The flow chart."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from lxml import etree

from tests.trialtrail.report.fake_study import STUDY, TEMPLATES, tables
from trialtrail.report.flow import OTHERS, UNSAID, WIDTH, analysed_of, lay_out
from trialtrail.report.flow_boxes import tip
from trialtrail.report.fonts import text_width
from trialtrail.results.cells import Cells, read_rows

from scripts.draw_flow_chart import draw_flow_chart, main

FONTS = TEMPLATES / "fonts"
THREE = "row,label,arm,n,denominator,percent\nrandomised,Randomised,,90,,\n" + "".join(
    f"allocated.{arm},Allocated to arm {arm},{arm},30,90,33.33\n"
    f"visit.{arm},A visit with a very long name after 12 months of waiting,{arm},20,30,66.67\n"
    for arm in "abc"
)


def flow():
    return Cells.of_files(tables("flow")).table("flow")


def changed(row, **cells):
    """Return the flow with cells of one row changed, or with a row more."""
    table = flow()
    blank = dict.fromkeys(table.columns, "")
    return replace(table, rows={**table.rows, row: blank | table.rows.get(row, {}) | cells})


def test_the_numbers_of_the_chart_name_their_cells():
    svg = draw_flow_chart(flow(), STUDY["arms"], TEMPLATES / "flow_chart.svg.j2", FONTS)
    cells = etree.fromstring(svg.encode()).xpath("//@data-cell")
    assert "flow#randomised/n" in cells
    assert "flow#followed_up.group/percent" in cells
    assert svg.count("Received the intervention") == 1


@pytest.mark.parametrize(
    ("table", "arms"),
    [(flow(), STUDY["arms"]), (read_rows("flow", THREE), [{"id": arm} for arm in "abc"])],
)
def test_text_stays_in_its_box_and_boxes_stay_apart(table, arms):
    chart = lay_out(table, arms, FONTS)
    for box in chart.boxes:
        assert box.x >= 0
        assert box.x + box.width <= WIDTH
        assert box.y + box.height <= chart.height
        for text in box.texts:
            words = "".join(map(str, text.parts))
            wide = text.indent + text_width(words, 8, FONTS, 600 if text.bold else 400)
            assert wide <= box.width
    for one in chart.boxes:
        for other in chart.boxes:
            apart = (
                one is other
                or one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, (one.name, other.name)


def headings(table):
    return [box.name for box in lay_out(table, STUDY["arms"], FONTS).boxes]


def test_a_box_that_repeats_the_one_above_it_is_left_out():
    assert headings(flow())[0] == "Assessed for eligibility"
    assert headings(changed("eligible", n="120"))[0] == "Eligible and invited"


def test_the_last_box_tells_who_was_seen_and_who_was_not():
    cells = {"label": "not observed", "arm": "group", "n": "6", "denominator": "40"}
    table = changed("not_followed_up.group", **cells, percent="15")
    (box,) = [b for b in lay_out(table, STUDY["arms"], FONTS).boxes if "not observed" in said(b)]
    assert said(box) == "Followed up / one-year outcomes: 34 (85%) / not observed: 6 (15%)" + (
        " / reasons not recorded"
    )


def said(box):
    return " / ".join("".join(map(str, text.parts)) for text in box.texts)


def test_arrows_point_along_their_line():
    assert tip((1.0, 2.0), (1.0, 9.0)) == "M1.0 9.0l-2.6 -5h5.2z"
    assert tip((1.0, 2.0), (8.0, 2.0)) == "M8.0 2.0l-5 -2.6v5.2z"


def test_the_script_writes_the_same_bytes_twice(tmp_path):
    job = SimpleNamespace(
        input=SimpleNamespace(
            table=str(tables("flow")[0]), template=str(TEMPLATES / "flow_chart.svg.j2")
        ),
        output=SimpleNamespace(figure=str(tmp_path / "flow.svg")),
        params=SimpleNamespace(arms=STUDY["arms"]),
    )
    main(job)
    first = (tmp_path / "flow.svg").read_bytes()
    main(job)
    assert (tmp_path / "flow.svg").read_bytes() == first


def of_arms(**analysed):
    """Return a table of the arms in which so many were analysed of each outcome."""
    rows = ["row,analysis,outcome,timepoint,arm,n_analysed,n_imputed"]
    rows += [
        f"{name}.{arm},main,{name},year,{arm},{n},{imputed}"
        for name, (n, imputed) in analysed.items()
        for arm in ("usual", "group")
    ]
    rows += [f"x.{name}.group,x,{name},year,group,1,0" for name in analysed]
    return read_rows("arms", "\n".join(rows) + "\n")


def primary(*names):
    return [(name, "year", [name.title()]) for name in names]


def test_the_last_box_of_an_arm_has_who_was_analysed():
    box = analysed_of(of_arms(a=(30, 4), b=(31, "")), "group", primary("a", "b"))
    assert [(line.name, "".join(map(str, line.numbers))) for line in box.lines] == [
        ("A", " 30 (4 imputed)"),
        ("B", " 31"),
    ]
    svg = draw_flow_chart(
        *(flow(), STUDY["arms"], TEMPLATES / "flow_chart.svg.j2", FONTS), {"group": box}
    )
    assert 'data-cell="arms#a.group/n_analysed"' in svg


def test_outcomes_of_which_as_many_were_analysed_are_told_at_once():
    box = analysed_of(of_arms(a=(30, 4), b=(30, 4)), "group", primary("a", "b"))
    assert [line.name for line in box.lines] == ["each primary outcome"]
    assert "".join(map(str, box.lines[0].numbers)) == " 30 (4 imputed)"
    box = analysed_of(of_arms(a=(30, 6), b=(30, 4), c=(30, 5)), "group", primary("a", "b", "c"))
    assert "".join(map(str, box.lines[0].numbers)) == " 30 (4 to 6 imputed)"
    box = analysed_of(of_arms(a=(30, 6), b=(30, "")), "group", primary("a", "b"))
    assert "".join(map(str, box.lines[0].numbers)) == " 30"


def test_of_many_outcomes_the_fewest_and_the_most_are_told():
    numbers = {f"o{n}": (30 + n, 0) for n in range(7)}
    box = analysed_of(of_arms(**numbers), "group", primary(*numbers))
    assert ["".join(map(str, line.numbers)) for line in box.lines] == [" 30", " 36"]


def test_where_nothing_was_analysed_there_is_no_box():
    assert analysed_of(None, "group", primary("a")) is None
    assert analysed_of(of_arms(a=(30, 0)), "third", primary("a")) is None


def test_a_box_says_that_reasons_are_not_recorded_where_somebody_has_none():
    cells = {"label": "lost", "arm": "group", "n": "3", "denominator": "40"}
    drawn = [
        said(box) for box in lay_out(changed("lost.group", **cells), STUDY["arms"], FONTS).boxes
    ]
    assert any("lost: 3 / reasons not recorded" in each for each in drawn)
    nobody = changed("lost.group", **(cells | {"n": "0"}))
    drawn = [said(box) for box in lay_out(nobody, STUDY["arms"], FONTS).boxes]
    assert any("lost: 0" in each and "lost: 0 / reasons" not in each for each in drawn)


def box_lines(table):
    """Return the lines of all boxes, as they are printed."""
    chart = lay_out(table, STUDY["arms"], FONTS)
    return ["".join(map(str, text.parts)) for box in chart.boxes for text in box.texts]


def test_who_is_counted_beside_a_box_is_printed_with_its_base():
    """Of all with an assignment, not of those who received the intervention."""
    numbers = {"n": "159", "denominator": "172", "percent": "92.4"}
    table = changed("ended.group", label="Last assignment ended", arm="group", **numbers)
    (line,) = [each for each in box_lines(table) if "159" in each]
    assert line.endswith("159 of 172")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (["Moved away", "Ill"], "Reason not recorded: 3"),
        (["moved away", "ill"], "reason not recorded: 3"),
        (["Moved away", "ill", "no time"], "reason not recorded: 3"),
        ([], "reason not recorded: 3"),
    ],
)
def test_a_reason_of_ours_begins_as_those_that_people_wrote(written, printed):
    table = changed("lost.group", label="Lost to follow-up", arm="group", n="9", denominator="30")
    rows = dict(table.rows)
    blank = dict.fromkeys(table.columns, "")
    for place, label in enumerate([*written, UNSAID, OTHERS], start=1):
        row = {"label": label, "arm": "group", "n": "3", "denominator": "9"}
        rows[f"lost.{place}.group"] = blank | row
    lines = box_lines(replace(table, rows=rows))
    assert [line for line in lines if line.casefold() == printed.casefold()] == [printed]


def test_our_reasons_are_called_as_the_table_calls_them():
    from trialtrail.derive import populations

    from scripts import tabulate_flow

    assert (UNSAID, OTHERS) == (populations.UNSAID, tabulate_flow.OTHERS)
