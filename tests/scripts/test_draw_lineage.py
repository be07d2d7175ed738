"""The page of the trail: what it holds, what it never holds, and that it needs nothing else."""

import base64
import hashlib
import json
import re

import pytest
from small_trail import HIDDEN, JOBS, make_pages, small_trail

from trialtrail.errors import StudyError


@pytest.fixture
def inputs(tmp_path):
    return small_trail(tmp_path)


@pytest.fixture
def page(tmp_path, inputs):
    return make_pages(tmp_path, inputs)[0].read_text(encoding="utf-8")


def data(page):
    return json.loads(re.search(r'id="trail">(.*?)</script>', page, re.DOTALL)[1])


def test_every_file_and_job_is_in_the_page_and_in_its_lists(page):
    told = data(page)
    assert [job["id"] for job in told["jobs"]] == sorted(JOBS)
    names = {name for name, *_ in told["files"]}
    expected = {
        name for job in JOBS.values() for part in ("inputs", "outputs") for name in job[part]
    }
    assert expected <= names
    for name in names:
        assert f'id="file-{name}"' in page
    for job in JOBS:
        assert f'id="job-{job}"' in page


def test_rows_in_and_out_come_from_the_records(page):
    jobs = {job["id"]: job for job in data(page)["jobs"]}
    assert jobs["validate_table-people"]["rows"] == {"people": [40, 39, {"width": 1}]}


def test_numbers_keep_their_cell(page):
    told = data(page)
    number = told["numbers"][0]
    assert number[:3] == ["any_visit.percent", "75", "75.04"]
    assert told["files"][number[3]][0] == "results/tables/uptake.csv"
    assert number[4:6] == ["any_visit", "percent"]
    assert told["numbers"][1][2] == ""  # the value is the printed text: not told twice


def test_a_number_says_which_columns_it_takes_and_no_condition(page):
    """Those that give it, that are needed, and that choose its rows; through another result too."""
    told = data(page)
    taken = {number[0]: told["taken"][number[6]] for number in told["numbers"]}
    assert taken["any_visit.percent"] == ["people.age", "people.any_visit", "people.arm"]
    assert taken["odd"] == taken["any_visit.percent"]
    assert taken["any_visit.n"] == []
    assert "<td>people.age, people.any_visit, people.arm</td>" in page  # without script too


def test_queries_are_told_without_value_and_participant(page):
    query = data(page)["queries"][0]
    assert query[:5] == ["Q-1", "error", "data/register.csv", "12", "Alloc"]
    for secret in HIDDEN:
        assert secret not in page


def test_parameters_with_parts_are_counted_and_plain_ones_told(page):
    jobs = {job["id"]: dict(job["params"]) for job in data(page)["jobs"]}
    assert jobs["split_used_rows"]["corrections"] == "1 entries, in the record"
    assert jobs["derive_people"]["counted"] == "mode: home"


def test_nothing_in_the_data_ends_the_script(page):
    assert len(re.findall(r"</script", page)) == 2
    assert "<i>1" not in page
    assert data(page)["numbers"][2][1] == "</script><i>1"
    assert "A &lt;small&gt; study" in page


def test_the_code_shown_is_the_code_that_ran(tmp_path, inputs, page):
    told = data(page)
    at = next(job["script"] for job in told["jobs"] if job["id"] == "derive_people")
    assert "def any_visit(people):" in told["code"][str(at)]
    (tmp_path / "scripts/derive_people.py").write_text("# replaced\n")
    with pytest.raises(StudyError, match=r"derive_people\.py has changed"):
        make_pages(tmp_path, inputs)


def test_the_page_asks_for_nothing_else(page):
    outside = re.findall(r'(?:src|href)="(?!#|\.\./|define\.html|records/)([^"]+)"', page)
    assert outside == []
    assert not re.search(r"url\((?!data:)", page)
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1].replace("&#39;", "'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_equal_inputs_in_any_order_are_equal_bytes(tmp_path, inputs, page):
    inputs.records.reverse()
    inputs.sources.reverse()
    again = make_pages(tmp_path, inputs)[0].read_text(encoding="utf-8")
    assert again == page


def test_a_damaged_lineage_is_an_error_a_user_can_mend(tmp_path, inputs):
    (tmp_path / "results/lineage/lineage.json").write_text("{}")
    with pytest.raises(StudyError, match="missing or damaged"):
        make_pages(tmp_path, inputs)
