"""How numbers look in print."""

import pytest

from trialtrail.report.formatting import (
    as_printed,
    as_quoted,
    decimals_for_effect,
    decimals_for_spread,
    default_spec,
    format_number,
    has_number,
    name_of,
)


@pytest.mark.parametrize(
    ("text", "spec", "printed"),
    [
        ("129", "d", "129"),
        ("129.0", "d", "129"),
        ("-0.8088", ".2f", "−0.81"),
        ("-0.001", ".2f", "−0.001"),
        ("0.0", ".2f", "0.00"),
        ("-0.0", ".0f", "0"),
        ("0.34", ".0f", "0.3"),
        ("0.02", ".0f", "0.02"),
        ("0.096", ".0f", "0.1"),
        ("1e-9", ".3f", "1\u00a0×\u00a010⁻⁹"),
        ("1e-12", "g", "1\u00a0×\u00a010⁻¹²"),
        ("-2.04e-9", ".1e", "−2.0\u00a0×\u00a010⁻⁹"),
        ("9.96e-8", ".1e", "1.0\u00a0×\u00a010⁻⁷"),
        ("143500000.0", ".0f", "143\u202f500\u202f000"),
        ("1e12", "g", "1\u202f000\u202f000\u202f000\u202f000"),
        ("0.125", ".2f", "0.13"),
        ("-0.125", ".2f", "−0.13"),
        ("62.5", ".0f", "63"),
        ("99.4", ".0p", "99"),
        ("99.96", ".0p", "99.96"),
        ("99.6", ".0p", "99.6"),
        ("100", ".0p", "100"),
        ("99.96", ".0f", "100"),
        ("0.75", "g", "0.75"),
        ("120", "g", "120"),
        ("1e3", "g", "1000"),
        ("9999", "d", "9999"),
        ("55747", "d", "55\u202f747"),
        ("-1234567.5", ".1f", "−1\u202f234\u202f567.5"),
    ],
)
def test_numbers_are_rounded_away_from_zero_with_a_true_minus(text, spec, printed):
    assert format_number(text, spec) == printed


@pytest.mark.parametrize(("text", "spec"), [(">20", "d"), ("", "d"), ("1.5", "d"), ("1", "%d")])
def test_what_is_no_number_or_no_format_is_refused(text, spec):
    with pytest.raises(ValueError, match=r"."):
        format_number(text, spec)


def test_columns_have_a_format_of_their_own():
    assert [default_spec(each) for each in ("n", "n_arm", "percent", "kappa")] == [
        "d",
        "d",
        ".0p",
        "g",
    ]


def test_decimals_follow_the_precision():
    assert [decimals_for_effect(pair) for pair in (("-1", "1"), ("-5", "5"), ("-90", "90"))] == [
        ".2f",
        ".1f",
        ".0f",
    ]
    assert decimals_for_effect(("", "")) == ".2f"
    assert decimals_for_effect(("-1", "1"), ("-5", "5"), ("", "")) == ".1f"
    assert [decimals_for_spread(sd) for sd in ("0.9", "11", "487", "")] == [
        ".2f",
        ".1f",
        ".0f",
        ".2f",
    ]


def test_a_text_has_true_minus_signs_and_apostrophes_and_no_marks_of_code():
    assert as_printed("-0.81 (-2.78 to 1.16)") == "−0.81 (−2.78 to 1.16)"
    assert as_printed("BSID-2, P-0173, 2004-05-06, id-1") == "BSID-2, P-0173, 2004-05-06, id-1"
    assert as_printed("a parents' group, the mother's `age`", sentence=True) == (
        "A parents’ group, the mother’s age"
    )


def test_marks_within_a_quotation_are_single():
    assert as_quoted("I say \"wee\" and 'aye', so I don't") == "I say ‘wee’ and ‘aye’, so I don’t"


def test_numbers_are_seen_in_any_script_and_words_are_not():
    assert [has_number(text) for text in ("3", "½", "Ⅷ", "٣")] == [True] * 4
    assert [has_number(text) for text in ("three", "", None)] == [False] * 3


def test_an_address_becomes_an_anchor():
    assert name_of("flow#allocated.arm/n") == "flow-allocated.arm-n"
