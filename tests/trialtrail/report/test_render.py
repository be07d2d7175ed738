"""The page as a whole: sections by what is supplied, and mistakes told with template and line."""

from dataclasses import replace

import pandas as pd
import pytest
from lxml import html

from tests.trialtrail.report.fake_study import (
    CLAIMS,
    LABELS,
    SOURCES,
    STUDY,
    TEMPLATES,
    tables,
    write_text,
)
from trialtrail.errors import StudyError
from trialtrail.report.render import Material, make_report

WHOLE = Material(TEMPLATES, tables(), [], [], STUDY, CLAIMS, SOURCES, 0.95, LABELS)


def with_text(tmp_path, name, text):
    return replace(WHOLE, texts=[write_text(tmp_path, name, text)])


def titles(page):
    headings = html.document_fromstring(page).xpath("//main/section/h2")
    return [each.text_content() for each in headings]


def test_all_tables_make_all_sections():
    report = make_report(WHOLE)
    found = titles(report.html)
    assert found[0] == "1 Summary"
    assert found[2:4] == ["3 Flow of walkers through the trial", "4 Walkers at baseline"]
    of_report = [title for title in found if not title.startswith("S")]
    assert of_report[-2:] == [
        f"{len(of_report) - 1} What was not supplied",
        f"{len(of_report)} Glossary",
    ]
    assert found[len(of_report) :][-1].endswith("Where each table and figure comes from")
    assert "All that this report can show was supplied." in report.html
    assert report.tokens > 200


def test_the_same_material_is_the_same_page():
    assert make_report(WHOLE).html == make_report(WHOLE).html


def test_what_is_not_supplied_is_told_and_not_shown():
    report = make_report(
        replace(WHOLE, tables=tables("flow", "estimates", "arms", "row_accounts"), claims={})
    )
    assert [title.partition(" ")[2] for title in titles(report.html)] == [
        "Summary",
        "Background and methods",
        "Flow of walkers through the trial",
        "Primary outcomes",
        "Secondary outcomes",
        "What was not supplied",
        "Glossary",
        "Primary outcomes",
        "Quality of the data",
        "Definitions",
        "Where each table and figure comes from",
    ]
    assert "Baseline variables: the arms are not compared at baseline." in report.html
    for unasked in ("A register of guides", "A record of walks", "Interviews", "Quotations"):
        assert unasked not in report.html, "nothing expects it of this study"


def test_a_study_without_a_summary_of_its_own_is_told_what_was_found():
    tree = html.document_fromstring(make_report(WHOLE).html)
    (section,) = tree.xpath("//section[@id='summary']")
    words = " ".join(section.text_content().split())
    assert "walkers were randomised, of 110 eligible" in words
    assert "40 to Usual care and 40 to Walking group." in words
    assert "Balance: 2.8 (−1.7 to 7.2) points" in words


def test_codes_stand_under_their_theme_in_the_table_of_agreement():
    tree = html.document_fromstring(make_report(WHOLE).html)
    for table in ("agreement", "disagreements"):
        heads = tree.xpath(f"//table[@id='table-{table}']/tbody//th")
        assert [each.text_content() for each in heads] == ["All codes", "Weather", "Wet shoes"]


def agreement_section(folder, *names, **changed):
    """Return the words of the section, after cells of the tables ``names`` were changed."""
    paths = []
    for path in WHOLE.tables:
        if path.stem in names:
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
            for column, value in changed.items():
                frame.loc[frame["row"].isin(["all", "all.stage"]), column] = value
            path = folder / path.name
            frame.to_csv(path, index=False)
        paths.append(path)
    tree = html.document_fromstring(make_report(replace(WHOLE, tables=paths)).html)
    (section,) = tree.xpath("//section[@id='agreement']")
    return " ".join(section.text_content().split())


def test_the_sentences_on_agreement_follow_from_its_cells(tmp_path):
    words = agreement_section(tmp_path)
    assert "20 transcripts were read by both coders (r1 read 20, r2 read 22)." in words
    assert "Cohen’s kappa is 0.71 (95% confidence interval 0.60 to 0.80)" in words
    assert "160 (62%) lie at the edges" in words
    assert "about where a passage begins and ends than about whether there is one" in words
    assert "The interval includes zero." in words
    other = agreement_section(tmp_path, "disagreements", mostly="without_counterpart")
    assert "about whether there is a passage at all than about where it begins" in other


@pytest.mark.parametrize(
    ("direction", "said"),
    [
        ("higher", "agreement was higher there"),
        ("lower", "agreement was lower there"),
        ("", "too few for an interval, so that nothing is said of a difference"),
    ],
)
def test_a_difference_in_agreement_is_told_as_its_row_says(tmp_path, direction, said):
    assert said in agreement_section(tmp_path, "agreement_drift", direction=direction)


def test_without_two_readers_the_section_says_that_agreement_cannot_be_measured(tmp_path):
    words = agreement_section(tmp_path, "agreement", units="", documents="0")
    assert "How far coders agree cannot be measured: no transcript was read by two" in words
    assert "kappa" not in words


def test_of_three_coders_kappa_is_called_congers(tmp_path):
    words = agreement_section(tmp_path, "agreement", coders="3")
    assert "Conger’s kappa is 0.71" in words
    assert "Cohen" not in words


def test_synthetic_data_are_announced_on_the_first_page():
    assert "Nobody walked." in make_report(WHOLE).html
    real = replace(WHOLE, study=STUDY | {"synthetic": False})
    assert "Synthetic data" not in make_report(real).html


def test_every_registered_number_has_its_place():
    report = make_report(WHOLE)
    tree = html.document_fromstring(report.html)
    anchors = tree.xpath("//@id")
    assert len(anchors) == len(set(anchors))
    assert {each.id for each in report.numbers} <= set(anchors)


def test_only_verbatim_quotations_are_printed():
    page = make_report(WHOLE).html
    assert "I was 71 then, and wet to the skin." in page
    assert "Nobody said this." not in page


def test_slips_are_listed():
    text = html.document_fromstring(make_report(WHOLE).html).text_content()
    words = " ".join(text.split())
    assert "Difference in balance: value: 2.9 printed, 2.8 reproduced." in words
    assert "attributed to another stage than the register has: to “Walker 1, later int" in words
    assert "1 count of the export talks is given as a bound in a column of counts" in words


def test_a_text_of_the_study_refers_to_cells(tmp_path):
    text = 'Of {{ of("uptake#any_walk") }} ({{ pct("uptake#any_walk/percent") }}) *walked*.'
    tree = html.document_fromstring(make_report(with_text(tmp_path, "uptake.md", text)).html)
    (paragraph,) = tree.xpath("//section[@id='uptake']/p")
    assert paragraph.text_content() == "Of 31 of 40 (78%) walked."
    assert paragraph.xpath("./a/@data-n")[0] == "uptake-any_walk-n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('x\n{{ n("uptake#any_wall/n") }}', "any_walk"),
        ("x\n{{ nobody }}", "nobody"),
        ("x\n{{ n( }}", "template cannot be read"),
        ('x\n{{ n("interviewees#walker_2/visits") }}', "no number"),
    ],
)
def test_a_mistake_in_a_text_names_file_and_line(tmp_path, text, told):
    with pytest.raises(StudyError) as caught:
        make_report(with_text(tmp_path, "uptake.md", text))
    assert told in caught.value.text()
    assert "uptake.md, line 2" in caught.value.where


@pytest.mark.parametrize(("former", "now"), [("queries", "query_counts"), ("rows", "row_accounts")])
def test_a_reference_by_the_former_name_of_a_table_ends_in_its_present_one(tmp_path, former, now):
    make_report(with_text(tmp_path, "quality.md", f'{{{{ ref("table:{now}") }}}}'))
    with pytest.raises(StudyError, match=f"table:{former}") as caught:
        make_report(with_text(tmp_path, "quality.md", f'{{{{ ref("table:{former}") }}}}'))
    assert f"write `table:{now}`" in caught.value.text()


def test_a_reference_to_nothing_names_no_other_table(tmp_path):
    with pytest.raises(StudyError, match="table:nothing") as caught:
        make_report(with_text(tmp_path, "quality.md", '{{ ref("table:nothing") }}'))
    assert "correct the reference" in caught.value.text()


def test_one_number_typed_into_a_text_fails_the_build(tmp_path):
    with pytest.raises(StudyError, match="31 people"):
        make_report(with_text(tmp_path, "uptake.md", "All 31 people walked."))


def test_one_number_typed_into_a_template_fails_the_build(tmp_path):
    import shutil

    copy = shutil.copytree(TEMPLATES, tmp_path / "templates")
    section = copy / "sections" / "quality.html.j2"
    section.write_text(section.read_text() + "<p>Of 40 walkers.</p>\n")
    with pytest.raises(StudyError, match="Of 40 walkers"):
        make_report(replace(WHOLE, templates=copy))


def test_a_phrase_is_allowed_with_a_reason_only(tmp_path):
    text = "---\nallowed: [{phrase: aged 60%s}]\n---\nThey were aged 60.\n"
    make_report(with_text(tmp_path, "methods.md", text % ", reason: a criterion"))
    with pytest.raises(StudyError, match="without a reason"):
        make_report(with_text(tmp_path, "methods.md", text % ""))


def test_a_study_names_its_own_key_figures(tmp_path):
    text = "---\nkeys: [{cell: uptake#any_walk/n, spec: d, what: walked}]\n---\nWords.\n"
    tree = html.document_fromstring(make_report(with_text(tmp_path, "summary.md", text)).html)
    assert tree.xpath("//div[@class='keys']//span[@class='value']")[0].text_content() == "31"


def test_three_arms_are_told_apart():
    arms = [*STUDY["arms"], {"id": "third", "label": "Third"}]
    page = replace(WHOLE, study=STUDY | {"arms": arms}, tables=tables("row_accounts"), claims={})
    assert "Third" in make_report(page).html
