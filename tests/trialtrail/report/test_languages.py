"""The report in German: its labels, its numbers, and what stays English and says so."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
import yaml
from babel import Locale
from jinja2 import meta
from lxml import html

from tests.trialtrail.report.fake_study import STUDY, TEMPLATES
from tests.trialtrail.report.test_render import WHOLE
from tools.extract_labels import brought_up, catalogs, compiled, lacking, phrases, read
from trialtrail.report.first_named import name_intervals
from trialtrail.report.languages import (
    DECIMAL,
    ENGLISH,
    OF_LEVEL,
    SAID_IN,
    Language,
    language_of,
    mark_english,
    translate_texts,
    translated_glossary,
)
from trialtrail.report.render import make_report
from trialtrail.report.templates import environment as environment_of
from trialtrail.report.translated_templates import (
    constants_of,
    in_language,
    phrases_of,
    translated,
)

LABELS = "//th | //dt | //caption | //figcaption | //h1 | //h2 | //h3 | //h4 | //summary"
GLOSSARY = yaml.safe_load((TEMPLATES / "glossary.yaml").read_text(encoding="utf-8"))
GERMAN = language_of("de", TEMPLATES)


def in_german(**study):
    return make_report(replace(WHOLE, study={**STUDY, "language": "de", **study}))


@pytest.fixture(scope="module")
def german():
    return in_german()


@pytest.fixture(scope="module")
def english():
    return make_report(WHOLE)


def test_the_language_that_is_left_out_is_english(english):
    named = make_report(replace(WHOLE, study={**STUDY, "language": "en-GB"}))
    assert named.html == english.html
    assert named.print_pages == english.print_pages
    assert english.html.count('lang="') == english.html.count('lang="en-GB"') == 1


def test_no_label_is_english(german):
    tree = html.document_fromstring(german.html)
    labels = tree.xpath(LABELS)
    assert len(labels) > 150
    said = {" ".join(each.text_content().split()) for each in labels}
    marked = [each.text_content() for each in labels if each.xpath("self::*[@lang] | .//*[@lang]")]
    assert marked == []
    ours = {phrase for phrase in phrases() if GERMAN.say(phrase) not in ("", phrase)}
    assert said & ours == set()


def test_what_stays_english_says_so(german):
    tree = html.document_fromstring(german.html)
    assert tree.get("lang") == "de"
    english = set(SAID_IN["en"].split()) - {"was", "in", "all"} - set(SAID_IN["de"].split())
    for block in tree.xpath("//main//p | //main//li | //main//dd"):
        if block.xpath("ancestor-or-self::*[@lang]") or block.xpath(".//p | .//li"):
            continue
        text = "".join(block.xpath(".//text()[not(ancestor::*[@lang or @data-quotation])]"))
        words = [word for word in re.findall(r"[^\W\d_]+", text.lower()) if word in english]
        assert len(words) < 2, text


def test_each_number_is_the_same_with_the_sign_of_the_language(german, english):
    one = {each.id: each for each in english.numbers}
    two = {each.id: each for each in german.numbers}
    assert one.keys() == two.keys()
    assert [each.value for each in one.values()] == [each.value for each in two.values()]
    differ = [name for name in one if one[name].printed != two[name].printed]
    assert len(differ) > 50
    for name in differ:
        assert two[name].printed == re.sub(r"(?<=\d)\.(?=\d)", ",", one[name].printed)


def test_the_page_prints_what_its_register_has(german):
    tree = html.document_fromstring(german.html)
    known = {each.id: each.printed for each in german.numbers}
    printed = tree.xpath("//*[@data-n]")
    assert all(each.text_content() == known[each.get("data-n")] for each in printed)
    assert any("," in each.text_content() for each in printed)


def test_captions_and_references_are_numbered_in_german(german):
    assert re.search(r">Tabelle 1<", german.html)
    assert not re.search(r">(Table|Figure|Section) S?\d", german.html)
    assert '"Seite " counter(page) " von " counter(pages)' in german.print_pages["report"]


def test_a_number_that_no_cell_has_is_still_refused_in_german(tmp_path):
    from trialtrail.errors import StudyError

    text = tmp_path / "summary.md"
    text.write_text("Es waren 17 Personen.\n")
    with pytest.raises(StudyError, match="comes from no cell"):
        make_report(replace(WHOLE, study={**STUDY, "language": "de"}, texts=[text]))


@pytest.mark.parametrize("language", catalogs())
def test_a_catalog_has_every_label_and_no_phrase_that_is_gone(language):
    catalog, known = read(catalogs()[language]), phrases()
    assert lacking(catalog, known) == []
    assert {each.id for each in catalog if each.id} == set(known)
    assert len(list(brought_up(catalog, known))) == len(list(catalog))


@pytest.mark.parametrize("language", catalogs())
def test_the_compiled_catalog_is_that_of_its_source(language):
    path = catalogs()[language]
    assert path.with_suffix(".mo").read_bytes() == compiled(read(path))


@pytest.mark.parametrize("language", catalogs())
def test_a_translation_names_nothing_that_its_phrase_does_not(language):
    environment = environment_of(TEMPLATES, {})
    translated(environment, Language())
    for each in read(catalogs()[language]):
        if each.id and each.string:
            names = [
                meta.find_undeclared_variables(environment.parse(text))
                for text in (each.id, each.string)
            ]
            assert names[1] <= names[0], each.id


def test_a_label_that_is_new_is_lacking():
    catalog = read(catalogs()["de"])
    assert lacking(catalog, {**phrases(), "Quite new": True}) == ["Quite new"]
    assert lacking(catalog, {**phrases(), "Quite new.": False}) == []


def test_signs_and_words_of_each_language_are_there():
    for language in catalogs():
        sign = Locale(language).number_symbols["latn"]["decimal"]
        assert DECIMAL[language] == sign
        assert OF_LEVEL[language]
        assert SAID_IN[language]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<th scope="col">A <br>b</th>', [("A <br>b", "th")]),
        ('<td{{ " x>y" if a > b }}>Some {{ n("a") }}\n of</td>', [('Some {{ n("a") }} of', "td")]),
        ("<li>One <p>two</p></li>", [("two", "p")]),
        ("<p>One <strong>two</strong></p>", [("One <strong>two</strong>", "p")]),
        ("<div><strong>two</strong></div>", [("two", "strong")]),
        ('<th>{{ row.t("label") }}</th>', []),
        ("<td>&nbsp;–</td>", []),
        ('<nav aria-label="Words">', [("Words", "attribute")]),
        ("{% macro a(b) -%}\nword {{ b }}\n{%- endmacro %}", [("word {{ b }}", "macro")]),
        ("{% macro a(b) %}<p>word</p>{% endmacro %}", [("word", "p")]),
        ("{# a word #}<p>{# another #}</p>", []),
    ],
)
def test_phrases_are_found_whole(source, found):
    assert [(each.phrase, each.kind) for each in phrases_of(source)] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{{ table_close("A few words, for people.") }}', ["A few words, for people."]),
        ('{{ f([{"column": "not_this", "heading": "But this"}]) }}', ["But this"]),
        ('{{ "Here" if a == "not here" else "There" }}', ["Here", "There"]),
        ('{{ table("b").where(role="Not this") }}', []),
        ('{{ f("Words (" ~ level ~ " more)") }}', ["Words ({{ level }} more)"]),
        ('{{ row.n("n_with_data") }}{% if "an address#of/cell" %}{% endif %}', []),
    ],
)
def test_texts_given_to_macros_are_found(source, found):
    assert [text for text in constants_of(source) if not text.endswith("(")] == found


class Shouting(Language):
    """Says one phrase, and knows no other."""

    def say(self, phrase):
        return "LAUT {{ a }}" if phrase == "loud {{ a }}" else ""


LOUD = Shouting("de", GERMAN.catalog)


def test_a_phrase_is_replaced_and_lines_stay_where_they_are():
    source = "<p>loud\n\n {{ a }}</p>\n<p>quiet</p>\n{{ broken"
    made = in_language(source, LOUD)
    assert made == '<p>LAUT {{ a }}\n\n</p>\n<p lang="en-GB">quiet</p>\n{{ broken'


def test_the_language_of_the_document_is_set_and_that_of_its_parts_kept():
    made = in_language('<html lang="en-GB"><p lang="fr">mot</p><p class="a">word</p>', LOUD)
    assert made == '<html lang="de"><p lang="fr">mot</p><p class="a" lang="en-GB">word</p>'


def marked(body):
    tree = html.document_fromstring(f"<html><body>{body}</body></html>")
    translate_texts(tree, GERMAN, "95%")
    mark_english(tree, GERMAN)
    return html.tostring(tree.find("body"), encoding="unicode")[6:-7]


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("<p>The mean is of all.</p>", '<p lang="en-GB">The mean is of all.</p>'),
        ("<p>Das ist von allen und mit</p>", "<p>Das ist von allen und mit</p>"),
        ("<p>Table S3</p>", "<p>Tabelle S3</p>"),
        ("<p>Table talk</p>", "<p>Table talk</p>"),
        ('<p lang="en-GB">See <a data-allowed="numbering">Section S9</a></p>',
         '<p lang="en-GB">See <a data-allowed="numbering" lang="de">Abschnitt S9</a></p>'),
        ('<p><a data-n="x">Table 3</a></p>', '<p><a data-n="x">Table 3</a></p>'),
        ("<p><b data-name>Outcome 1</b></p>", "<p><b data-name>Outcome 1</b></p>"),
        ('<p lang="en-GB">Outcome</p>', '<p lang="en-GB">Outcome</p>'),
        ('<p><a data-n="a">1</a> to <a data-n="b">2</a></p>',
         '<p><a data-n="a">1</a> bis <a data-n="b">2</a></p>'),
        ("<svg><text>0.25</text></svg>", "<svg><text>0,25</text></svg>"),
        ("<svg><text>← higher with <b>A</b></text></svg>",
         "<svg><text>← höher bei <b>A</b></text></svg>"),
        ("<svg><text>Allocated to Days</text></svg>",
         "<svg><text>Zugeteilt zu: Days</text></svg>"),
        ("<svg><text>B: <b>: difference of means</b></text></svg>",
         "<svg><text>B: <b>: Differenz der Mittelwerte</b></text></svg>"),
        ("<svg><text data-n='x'>Days</text></svg>", "<svg><text data-n=\"x\">Days</text></svg>"),
        ("<p>Allocated to Days</p>", "<p>Allocated to Days</p>"),
        ("<p>1.25</p>", "<p>1.25</p>"),
    ],
)  # fmt: skip
def test_texts_are_said_and_marked(said, made):
    assert marked(said) == made


def test_words_of_the_screen_are_said_and_stay_json():
    tree = html.document_fromstring(
        '<body><script id="words" type="application/json">{"a": "Close", "b": "x<y"}</script>'
    )
    translate_texts(tree, GERMAN, "95%")
    assert json.loads(tree.get_element_by_id("words").text) == {"a": "Schließen", "b": "x<y"}
    assert "<" not in tree.get_element_by_id("words").text


def test_a_term_is_found_by_its_german_and_its_english_spellings():
    (code,) = [each for each in GLOSSARY if each["term"] == "code"]
    (said,) = translated_glossary([code], GERMAN)
    assert said["term"] == "Code"
    assert {"codiert", "coded"} <= set(said["forms"])
    unknown = {"term": "unheard of", "means": "nothing"}
    assert translated_glossary([unknown], GERMAN) == [unknown]
    assert translated_glossary(GLOSSARY, Language()) == GLOSSARY


@pytest.mark.parametrize("said", ["Intervall", "Intervalle", "Konfidenzintervall"])
def test_the_first_interval_is_named_in_full(said):
    body = f"<body><p>(95%-{said})</p><p>(95%-Intervall)</p></body>"
    tree = html.document_fromstring(body)
    name_intervals(tree, "95%", "de")
    ending = said.removeprefix("Konfidenzintervall").removeprefix("Intervall")
    assert [each.text for each in tree.iter("p")] == [
        f"(95%-Konfidenzintervall{ending})",
        "(95%-Intervall)",
    ]


def test_in_english_nothing_is_touched():
    plain = Language()
    assert plain.number("1.5") == "1.5"
    assert plain.in_english("The mean of all") == "The mean of all"
    assert plain.style('content: "Page "') == 'content: "Page "'
    assert GERMAN.in_english("The mean") == f'<span lang="{ENGLISH}">The mean</span>'
    assert GERMAN.in_english(" ") == " "
