"""Numbers as catalogues write them."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.catalogue.number import ambiguous, as_text, decimal_mark, parse_number
from vbg_framework.data.catalogue.spelling import normal

FINITE = st.floats(allow_nan=False, allow_infinity=False)
MEASURES = st.floats(-1e12, 1e12).map(lambda number: round(number, 2))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("500", 500), (" -500 ", -500), ("+5", 5), ("0", 0), ("12.5", 12.5), (".10", 0.1), ("-.5", -0.5)),
        *((f"{sign}500", -500) for sign in "\u2212\u2013\u2014\u2010\u2011\u2012\ufe63\uff0d"),
        *(("12,5", 12.5), ("0,125", 0.125), ("1234,567", 1234.567), (",5", 0.5)),
        *(("1,234,567", 1234567), ("1.234.567", 1234567), ("1,234.5", 1234.5), ("1.234,5", 1234.5)),
        *(("1 234", 1234), ("1\u00a0234,5", 1234.5), ("1\u2009234\u202f567", 1234567), ("- 1 234", -1234)),
        *(("1'234", 1234), ("1\u2019234.50", 1234.5), ("1'234'567", 1234567)),
        *(("1e-3", 0.001), ("1E+05", 1e5), ("2.5e3", 2500), ("1,5e3", 1500), ("1e\u22123", 0.001)),
        *(("\uff11\uff12\uff0e\uff15", 12.5), ("\u0661\u066b\u0665", 1.5), ("\u0661\u066c\u0662\u0663\u0664", 1234)),
        *(("9007199254740992", 2.0**53), ("0.50", 0.5), ("1\u200b900", 1900)),
    ],
)
def test_a_number_is_read_in_every_way_of_writing_it(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "007", "-0500", "00.5", "bowl", "0.5 cm", "12 x 5", "5.", "1.", "-", "+", ".", ",", "e5", "1e", "."),
        *("nan", "NaN", "inf", "-Infinity", "1e999", "9" * 400, "0x10", "1_000", "1__0", "\u00b2", "\u00bd", "\u2163"),
        *("1644-1911", "1885\u201386", "2001-02-03", "3/4", "10:30", "(500)", "500-", "--5", "+-5", "5%", "$5"),
        *("1,2,3", "12,34,567", "1,234,56", "1.234.56", "1,234,5", "1 23", "1'23", "1234,567,890", "1,234 567", "1..5"),
        *("1e5", "12E4", "9007199254740993", "12345678901234567890", "23.10.62", "1\n2"),
    ],
)
def test_codes_dates_units_and_words_are_no_numbers(text):
    assert parse_number(text) is None
    assert parse_number(text, ",") is None


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [("1,234", 1234, 1.234), ("1.234", 1.234, 1234), ("-12,500", -12500, -12.5), ("123.456", 123.456, 123456)],
)
def test_the_decimal_mark_settles_what_may_be_read_in_two_ways(text, point, comma):
    assert (parse_number(text), parse_number(text, ",")) == (point, comma)
    assert ambiguous(text)
    assert decimal_mark(text) is None


@pytest.mark.parametrize(
    ("text", "mark"),
    [("12.5", "."), ("12,5", ","), ("1,234.5", "."), ("1.234,5", ","), ("1,234,567", "."), ("1.234.567", ","),
     ("0,125", ","), ("0.125", "."), ("1 234,567", ","), ("1234", None), ("1 234", None), ("bowl", None)],
)  # fmt: skip
def test_all_other_numbers_mean_the_same_whatever_the_decimal_mark(text, mark):
    assert parse_number(text) == parse_number(text, ",")
    assert not ambiguous(text)
    assert decimal_mark(text) == mark


@given(FINITE)
def test_a_number_comes_back_from_its_text_exactly(number):
    found = parse_number(as_text(number))
    assert struct.pack("d", found) == struct.pack("d", number + 0.0)


@pytest.mark.parametrize("number", [0.1, 1e-7, 1e300, -0.0, 2.0**53, 2.0**53 + 2, -1e22, 5e-324, 1.79e308])
def test_odd_numbers_come_back_from_their_text(number):
    assert parse_number(as_text(number)) == number


def test_whole_numbers_are_written_without_a_point():
    assert (as_text(-500.0), as_text(0.5), as_text(-0.0)) == ("-500", "0.5", "0")


@given(
    MEASURES, st.sampled_from(["{:.2f}", "{:,.2f}", "{:+.2f}", "{:.4e}"]), st.sampled_from(["-", "\u2212", "\u2013"])
)
def test_every_notation_of_a_number_is_read(number, notation, minus):
    text = notation.format(number)
    expected = float(text.replace(",", "")) + 0.0
    assert parse_number(text.replace("-", minus)) == expected
    swapped = text.translate(str.maketrans(",.", ".,"))
    assert parse_number(swapped) == parse_number(swapped, ",") == expected
    for space in (" ", "\u00a0", "\u2009", "'", "\u2019"):
        assert parse_number(text.replace(",", space)) == expected


@given(st.one_of(st.text(), st.text("0123456789.,' eE+-\u2212\u2013_", max_size=12)), st.sampled_from([".", ","]))
def test_no_text_raises_and_all_its_forms_mean_the_same(text, decimal):
    found = parse_number(text, decimal)
    assert found is None or math.isfinite(found)
    assert found == parse_number(normal(text), decimal)
    if ambiguous(text):
        one, other = sorted(abs(parse_number(text, mark)) for mark in (".", ","))
        assert one == other == 0 or other == pytest.approx(1000 * one)


@given(st.integers(-(10**25), 10**25))
def test_an_integer_is_read_exactly_or_not_at_all(number):
    found = parse_number(str(number))
    assert found is None or int(found) == number
    assert (found is None) == (float(number) != number)
