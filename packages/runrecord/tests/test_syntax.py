"""The digest of code: of what it says to the interpreter, not of comments and layout."""

from __future__ import annotations

import json
import os

import pytest
from runrecord import project, syntax

CODE = '''"""Count."""

from schemas import contacts
import counting.tables as tables  # the tables


def count(rows, by="arm", *, among=None):
    """Return how many."""
    found = {"a": [1, 2.0, None], **rows}
    return f"{len(found):>3}" if among is None else sum(x for x in found[by] if x)
'''
SAME = [
    CODE + "\n# A comment.\n",
    CODE.replace("  # the tables", ""),
    CODE.replace("[1, 2.0, None]", "[\n        1,\n        2.0,\n        None,\n    ]"),
    CODE.replace('"arm"', "'arm'").replace("    ", "\t"),
    CODE.replace("\n\n\n", "\n"),
    CODE.replace("\n", "\r\n"),
]
OTHER = [
    CODE.replace("Return how many", "Return how few"),
    CODE.replace('"""Count."""\n', ""),
    CODE.replace("None]", "0]"),
    CODE.replace("2.0", "2"),
    CODE.replace("1, 2.0", "2.0, 1"),
    CODE.replace("among=None", 'among="None"'),
    CODE.replace("*, among", "among"),
    CODE.replace(":>3", ":>4"),
    CODE.replace("**rows", "rows: 1"),
    CODE.replace("is None", "is not None"),
    CODE.replace("if x)", "if not x)"),
    CODE.replace("tables as tables", "tables as others"),
    CODE.replace("def count", "async def count"),
]
RULES = 'rule count:\n    input:\n        "a.csv",  # raw\n    output:\n        "b.csv",\n'


@pytest.fixture(autouse=True)
def _own_memory(tmp_path, monkeypatch):
    """Give each test a memory of its own, empty."""
    monkeypatch.setattr(project, "_used", [project.Project(root=tmp_path)])
    forget(monkeypatch)


def forget(monkeypatch) -> None:
    """Begin as a new process does."""
    monkeypatch.setattr(syntax, "_known", {})
    monkeypatch.setattr(syntax, "_new", set())
    syntax._remember.cache_clear()


def said(tmp_path, text: str, name: str = "code.py") -> str:
    """Return the digest of a file with this text."""
    path = tmp_path / name
    path.write_bytes(text.encode())
    return syntax.syntax_of(path).sha256


@pytest.mark.parametrize("text", SAME)
def test_comments_and_layout_say_nothing(tmp_path, text):
    assert text != CODE
    assert said(tmp_path, text) == said(tmp_path, CODE)


@pytest.mark.parametrize("text", OTHER)
def test_all_else_says_something(tmp_path, text):
    assert text != CODE
    assert said(tmp_path, text) != said(tmp_path, CODE)


def test_what_says_one_thing_has_one_digest_under_each_version(tmp_path):
    """The value is written here, so that a version which has other fields is found out."""
    code = (
        "def f(x: int = 1) -> None:\n    return f'{x:>{w}}', u'a'\n\n\nclass A(B, c=d):\n    pass\n"
    )
    rules = "rule a:\n    input:\n        f'{x}.{y:>3}' 'b',  # c\n"
    found = said(tmp_path, code), said(tmp_path, rules, "a.smk")
    assert found == EXPECTED


EXPECTED = (
    "d49218f6d87e34aa9737ecd5b89602f17e4cd2dddbea364a248e6bdc2bbc763b",
    "a6848c2fb4e0fae162a1a4459e97268842533c0267bc3b0871091291981a12de",
)


def test_comments_of_rules_say_nothing(tmp_path):
    for name in ("derive.smk", "Snakefile"):
        whole = said(tmp_path, RULES, name)
        assert said(tmp_path, RULES.replace("  # raw", "") + "\n\n# end\n", name) == whole
        assert said(tmp_path, RULES.replace('"a.csv"', '"c.csv"'), name) != whole
        assert said(tmp_path, RULES.replace("output", "log"), name) != whole


@pytest.mark.parametrize("name", ["page.html.j2", "broken.py"])
def test_of_what_cannot_be_parsed_each_byte_counts(tmp_path, name):
    assert said(tmp_path, "def (:\n", name) != said(tmp_path, "def (:\n# \n", name)


def test_imports_are_found_wherever_they_stand(tmp_path):
    said(tmp_path, CODE + "    from schemas.results import arms as a, models\n")
    found = syntax.syntax_of(tmp_path / "code.py").imports
    assert set(found) == {
        "schemas.contacts",
        "counting.tables",
        "schemas.results.arms",
        "schemas.results.models",
    }


def test_what_was_parsed_is_remembered_by_its_bytes(tmp_path, monkeypatch):
    before = said(tmp_path, CODE)
    syntax.keep()
    forget(monkeypatch)
    monkeypatch.setattr(syntax, "_parse", lambda *_: pytest.fail("it was parsed again"))
    assert said(tmp_path, CODE) == before


def test_a_file_with_other_bytes_is_parsed_whatever_its_time_stamp(tmp_path, monkeypatch):
    before = said(tmp_path, CODE)
    syntax.keep()
    forget(monkeypatch)
    stamp = (tmp_path / "code.py").stat()
    (tmp_path / "code.py").write_text(CODE.replace("None]", "0.0]"))
    os.utime(tmp_path / "code.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert syntax.syntax_of(tmp_path / "code.py").sha256 != before


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"a": 1}', '{"a": [1, []]}', '{"a": ["b", 3]}'])
def test_a_damaged_memory_is_as_good_as_none(tmp_path, monkeypatch, damage):
    before = said(tmp_path, CODE)
    syntax.memory_file().parent.mkdir(parents=True)
    syntax.memory_file().write_text(damage)
    forget(monkeypatch)
    assert said(tmp_path, CODE) == before
    syntax.keep()
    assert before in [entry[0] for entry in json.loads(syntax.memory_file().read_text()).values()]


def test_the_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(syntax, "MOST", 3)
    for number in range(5):
        said(tmp_path, f"x = {number}\n")
    syntax.keep()
    assert len(json.loads(syntax.memory_file().read_text())) == 3


def test_without_a_place_for_it_nothing_is_remembered(tmp_path, monkeypatch):
    (tmp_path / "memory").write_text("a file, no folder")
    said(tmp_path, CODE)
    syntax.keep()
    assert (tmp_path / "memory").read_text() == "a file, no folder"
