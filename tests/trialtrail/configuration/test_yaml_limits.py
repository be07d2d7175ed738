"""Configurations that would exhaust the machine, hide what they say, or read other files."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
import yaml
from snakemake_runs import run_snakemake

from trialtrail import ROOT
from trialtrail.configuration.outside import outside
from trialtrail.configuration.yaml_limits import DEEPEST, LONGEST, check_yaml_limits, parsed_digest
from trialtrail.errors import StudyError

SHIPPED = ROOT / "config" / "config.yaml"
SECONDS = 2.0
"""Of the processor: what a refusal may take, whatever else the machine does."""


def grown(by: int) -> str:
    """Return lists of which each holds the one before nine times."""
    lines = ["x0: &x0 [a, a, a, a, a, a, a, a, a]"]
    lines += [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, by)]
    return "\n".join(lines)


REFUSED = {
    "aliases": (grown(10), "stands for more than 200,000 values", "line 6"),
    "aliases_of_mappings": (
        "k: &a0 {b: 1}\n"
        + "\n".join(f"k{i}: &a{i} {{<<: *a{i - 1}, x: *a{i - 1}}}" for i in range(1, 30)),
        "stands for more than 200,000 values",
        "line",
    ),
    "itself": ("a: &a [1, *a]", "refers to itself", "line 1, column 11"),
    "digits": ("a: " + "9" * 6000, "A number has 6,000 signs", "line 1, column 4"),
    "digits_with_a_tag": ("a: !!int '" + "9" * 6000 + "'", "A number has 6,000 signs", "line 1"),
    "key_of_digits": ("9" * 200 + ": a", "A number has 200 signs", "line 1, column 1"),
    "brackets": ("a: " + "[" * 20_000 + "]" * 20_000, "more than 50 deep", "line 1, column 53"),
    "open_brackets": ("a: " + "[" * 20_000, "more than 50 deep", "line 1, column 53"),
    "braces": ("a: " + "{a: " * 20_000, "more than 50 deep", "line 1"),
    "json": ('{"a":' * 20_000 + "1" + "}" * 20_000, "more than 50 deep", "line 1"),
    "escape": ('a:\n  b: "red \\e[31m"', "holds the sign U+001B", "line 2, column 6"),
    "bell_in_a_key": ('"b\\a": 1', "holds the sign U+0007", "line 1, column 1"),
    "direction": ("a: abc\u202edcba", "holds the sign U+202E", "line 1, column 4"),
    "no_date": ("a: 2024-13-45", "looks like a number or a date, and is none", "line 1, column 4"),
    "no_time": ("a:\n- 2024-01-01 25:61:00", "looks like a number or a date", "line 2, column 3"),
    "no_number": ("a: 0x_", "looks like a number or a date, and is none", "line 1, column 4"),
    "no_number_with_a_tag": ("a: !!int x", "looks like a number or a date", "line 1, column 4"),
    "code": ("__use_yte__: true\na: ?print(1)", "run parts of the configuration as code", "line 1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_message_and_in_moments(tmp_path, name):
    text, what, where = REFUSED[name]
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    began = time.process_time()
    with pytest.raises(StudyError) as refused:
        check_yaml_limits(file)
    assert time.process_time() - began < SECONDS
    said = refused.value.text()
    assert what in said
    assert f"where: study.yaml, {where}" in said
    assert "do:" in said
    assert len(said) < 500
    assert all(sign.isprintable() or sign == "\n" for sign in said)


def test_what_a_study_may_say_is_not_refused(tmp_path):
    file = tmp_path / "study.yaml"
    texts = [
        "a: " + "9" * LONGEST,
        "a: '" + "9" * 6000 + "'",
        "a: " + "[" * (DEEPEST - 1),
        grown(5),
    ]
    texts += ["a: |\n  two\n  lines\tand a tab\n", "a: שלום, naïve – 日本", "a: &a {b: 1}\nc: *a"]
    for text in [
        *texts,
        "a: [",
        "%",
        SHIPPED.read_text(encoding="utf-8"),
    ]:  # no YAML: told elsewhere
        file.write_text(text, encoding="utf-8")
        check_yaml_limits(file)


def test_a_file_in_another_encoding_is_told(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_bytes("title: naïve".encode("cp1252"))
    with pytest.raises(StudyError, match="not UTF-8: byte 10 is no text"):
        check_yaml_limits(file)


@pytest.mark.parametrize("name", ["aliases", "digits", "brackets", "escape", "code"])
def test_snakemake_reads_none_of_it(tmp_path, name):
    text, what, _ = REFUSED[name]
    file = tmp_path / "study.yaml"
    file.write_text(text, encoding="utf-8")
    options = ["-n", "--cores", "1", "--configfile", file, "--snakefile", ROOT / "Snakefile"]
    code, said = run_snakemake([*options, "--directory", tmp_path / "run"], ROOT)
    assert code == 1
    assert what in said
    assert "Traceback" not in said
    assert "File " not in said
    assert "\x1b" not in said
    assert len(said) < 800


def shipped(**changes) -> dict:
    return yaml.load(SHIPPED.read_text(encoding="utf-8"), yaml.CSafeLoader) | changes


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.csv", "data/../../x.csv", "..", "./../x"])
@pytest.mark.parametrize("key", ["file", "dictionary", "events", "text", "resolutions"])
def test_a_path_that_leads_out_of_the_study_is_told(path, key):
    config = shipped()
    if key == "text":
        config["report"] = {"text": path}
        at = ["report", "text"]
    elif key == "resolutions":
        config["validation"] = {"resolutions": path}
        at = ["validation", "resolutions"]
    else:
        config["exports"]["bayley"][key] = path
        at = ["exports", "bayley", key]
    ((what, where, do),) = outside(config)
    assert where == at
    assert "leads out of the study's folder" in what
    assert "outside_files: true" in do


@pytest.mark.parametrize("folder", ["/", "../..", "../../x", "x/../../..", "../sibling"])
def test_a_folder_that_is_not_the_studys_is_told(folder):
    ((what, where, _),) = outside(shipped(folder=folder))
    assert where == ["folder"]
    assert "neither the folder of this file nor the one around it" in what


@pytest.mark.parametrize("folder", [".", "..", "inner", "./inner/..", "../"])
def test_the_folder_of_the_file_and_the_one_around_it_are_the_studys(folder):
    assert list(outside(shipped(folder=folder))) == []


@pytest.mark.parametrize("said", [True, False])
def test_a_study_may_say_that_its_files_are_elsewhere(tmp_path, said):
    from trialtrail.configuration.check import check_configuration

    config = shipped(folder=str(ROOT), outside_files=said)
    file = tmp_path / "study.yaml"
    file.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    if said:
        check_configuration(config, file)
    else:
        with pytest.raises(StudyError, match="`folder` is neither") as refused:
            check_configuration(config, file)
        assert "where: study.yaml, line" in refused.value.text()


def test_a_link_in_the_folder_is_followed(tmp_path):
    """Who made it could read what it leads to; a configuration cannot make one."""
    Path(tmp_path, "data").symlink_to(tmp_path.parent)
    config = shipped(folder=".")
    config["exports"]["bayley"]["file"] = "data/x.csv"
    assert list(outside(config)) == []


def test_what_is_parsed_is_what_the_digest_is_of(tmp_path):
    """The file changes while it is read: the text and the digest are of the same bytes."""
    from snakemake.common.configfile import load_configfile

    import snakemake_logger_plugin_trialtrail  # noqa: F401  (every call of Snakemake imports it)

    file = tmp_path / "study.yaml"
    file.write_text("a: 1\n")
    assert load_configfile(file) == {"a": 1}
    before = hashlib.sha256(b"a: 1\n").hexdigest()
    file.write_text("a: 2\n")
    assert parsed_digest(file) == before
    assert load_configfile(str(file)) == {"a": 2}
    assert parsed_digest(file) == hashlib.sha256(b"a: 2\n").hexdigest()


@pytest.mark.parametrize("more", [["--config", "seed=1"], ["--configfile", "study.yaml", "b.yaml"]])
def test_one_file_describes_the_study(tmp_path, more):
    for name in ("study.yaml", "b.yaml"):
        (tmp_path / name).write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    options = ["-n", "--cores", "1", *more, "--snakefile", ROOT / "Snakefile"]
    code, said = run_snakemake([*options, "--directory", tmp_path / "run"], tmp_path)
    assert code == 1
    assert "given in more than one file, or on the command line" in said


def test_the_sign_between_the_cells_of_a_file_may_be_any(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text('delimiter: "\\x1f"\nquote: "\\x01"\nother: 1\n')
    check_yaml_limits(file)
    file.write_text('delimiter: ";"\nlabel: "\\x1f"\n')
    with pytest.raises(StudyError, match=r"U\+001F"):
        check_yaml_limits(file)


@pytest.mark.parametrize("text", ["a: 2024-01-31", "a: !!python/tuple [1]", "a: -.inf", "a: 012"])
def test_what_yaml_can_read_or_refuses_itself_is_left_to_it(tmp_path, text):
    file = tmp_path / "study.yaml"
    file.write_text(text)
    check_yaml_limits(file)
