"""How easily texts are read: counts by hand, formulas, what is a sentence, what is not measured."""

from types import SimpleNamespace

import pandas as pd
import pytest

from trialtrail.report.readability import measure

from scripts.measure_readability import main, readability_of

SIMPLE = "The cat sat on the mat. The dog ran."
"""9 words of one syllable in 2 sentences."""


def test_counts_and_formulas_of_english():
    found = measure(SIMPLE, "en-GB")
    assert (found.words, found.sentences, found.syllables) == (9, 2, 9)
    assert found.reading_ease == pytest.approx(206.835 - 1.015 * 4.5 - 84.6)
    assert found.grade == pytest.approx(0.39 * 4.5 + 11.8 - 15.59)


def test_long_words_and_sentences_are_harder():
    hard = "Randomised participants experienced considerable improvement in developmental outcomes."
    assert measure(hard, "en").grade > 15 > measure(SIMPLE, "en").grade


@pytest.mark.parametrize(
    ("text", "words", "sentences"),
    [
        ('Of {{ n("flow#randomised/n") }} women, {{ n("a#b/c", ".1f") }}% came.', 5, 1),
        ("**What was done?** We asked. They said so.", 8, 3),
        ("# Heading\n\n- one item\n- two items\n", 5, 3),
        ("It cost 3.5 pounds. We paid", 6, 2),
        ("{% if x %}Yes.{% endif %}{# not this #}", 1, 1),
        ("first-time mothers’ homes", 3, 1),
    ],
)
def test_what_is_a_word_and_a_sentence(text, words, sentences):
    found = measure(text, "en")
    assert (found.words, found.sentences) == (words, sentences)


def test_german_has_a_reading_ease_and_no_grade():
    row = readability_of("Unsere Mütter lesen.", "de", 9)
    assert row["reading_ease"] == pytest.approx(180 - 3 - 58.5 * 7 / 3)
    assert (row["grade"], row["status"]) == (None, "no grade")


@pytest.mark.parametrize(("text", "language"), [("Le chien court.", "fr"), ("", "en"), ("—", "en")])
def test_what_cannot_be_measured_is_not(text, language):
    row = readability_of(text, language, 9)
    assert (row["reading_ease"], row["status"]) == (None, "not measured")


def test_the_limit_is_met_at_the_limit():
    grade = round(measure(f"{SIMPLE} Development matters considerably.", "en").grade, 1)
    text = f"{SIMPLE} Development matters considerably."
    assert readability_of(text, "en", grade)["status"] == "within"
    assert readability_of(text, "en", grade - 0.1)["status"] == "above"


def test_the_job_writes_one_row_and_tells_what_is_too_hard(tmp_path, capsys):
    text, table = tmp_path / "lay_summary.md", tmp_path / "readability.csv"
    text.write_text("---\nallowed: []\n---\n" + "Development matters considerably.")
    main(
        SimpleNamespace(
            input=SimpleNamespace(text=str(text)),
            output=SimpleNamespace(table=str(table)),
            params=SimpleNamespace(language="en-GB", limit=9),
        )
    )
    (row,) = pd.read_csv(table).to_dict("records")
    assert (row["row"], row["words"], row["status"]) == ("lay_summary", 3, "above")
    assert "lay_summary.md reads at grade" in capsys.readouterr().out
