"""Years as catalogues write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.catalogue.year import parse_year, parse_years


@pytest.mark.parametrize(
    ("text", "year"),
    [
        *((text, -500) for text in ("-500", "\u2212500", "\u2013500", "-0500", "500 BC", "500BC", "ca. 500 B.C.")),
        *((text, -500) for text in ("500 BCE", "500 B. C.", "500 b.c.e.", "BC 500", "c. 500 bc (?)", "-500.0")),
        *((text, -500) for text in ("500 v. Chr.", "um 500 v.Chr.", "500 vor Christus", "500 v.u.Z.")),
        *((text, -500) for text in ("500 av. J.-C.", "vers 500 avant J.-C.", "500 a.C.", "500 a. de C.", "500 AV JC")),
        *((text, -500) for text in ("-0500-01-01", "-0500-12-31T23:59:59", "\u22120500-01-01", "-500/1/1")),
        *((text, 300) for text in ("A.D. 300", "AD 300", "300 AD", "300 C.E.", "300 n. Chr.", "ca. A.D. 300")),
        *((text, 300) for text in ("300 nach Christus", "300 apr. J.-C.", "300 d.C.", "300", "+300", "0300")),
        *((text, 1700) for text in ("c. 1700", "c.1700", "C 1700", "circa 1700", "about 1700", "~1700", "?1700")),
        *((text, 1700) for text in ("1700.0", "1700.000", "1,700", "1700-05-01", "31.12.1700", "5/1700")),
        *((text, 1700) for text in ("\uff11\uff17\uff10\uff10", "probably 1700", "1700?", "dated 1700")),
        ("ca. 300,000 B.C.", -300000), ("0", 0), ("late 500 BC", -500), ("late -500", -500), ("1910-05", 1910),
    ],
)  # fmt: skip
def test_one_year_is_read_in_every_way_of_writing_it(text, year):
    assert parse_year(text) == year
    assert parse_years(text) == (year, year)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        *(("1644-1911", (1644, 1911)), ("1644\u20131911", (1644, 1911)), ("1644 to 1911", (1644, 1911))),
        *(("1885\u201386", (1885, 1886)), ("1978\u20139", (1978, 1979)), ("1630/40", (1630, 1640))),
        *(("1905-06", (1905, 1906)), ("1910-1912", (1910, 1912)), ("1786 or 1800", (1786, 1800))),
        ("c. 1643\u2013c. 1645", (1643, 1645)),
        *(("between 1500 and 1600", (1500, 1600)), ("zwischen 1500 und 1600", (1500, 1600))),
        *(("664\u2013525 BCE", (-664, -525)), ("ca. 79\u201358 B.C.", (-79, -58)), ("-500 to -400", (-500, -400))),
        *(("30 B.C.\u2013A.D. 364", (-30, 364)), ("1 BC\u20131 AD", (-1, 1)), ("A.D. 160\u2013180", (160, 180))),
        *(("-490--480", (-490, -480)), ("-0500-01-01/-0400-12-31", (-500, -400)), ("1-200 CE", (1, 200))),
        *(("5th century B.C.", (-500, -401)), ("5th c. BC", (-500, -401)), ("1st century", (1, 100))),
        *(("4th\u20133rd century B.C.", (-400, -201)), ("4th-5th century", (301, 500))),
        *(("1st century BC\u20131st century AD", (-100, 100)), ("A.D. 1st\u20132nd century", (1, 200))),
        *(("late 11th\u2013early 12th century", (1001, 1200)), ("mid-15th century?", (1401, 1500))),
        *(("second half of 12th century", (1101, 1200)), ("c. mid- to late-19th century", (1801, 1900))),
        *(("5. Jahrhundert v. Chr.", (-500, -401)), ("1. H\u00e4lfte 16. Jh.", (1501, 1600))),
        *(("Ve si\u00e8cle av. J.-C.", (-500, -401)), ("V secolo a.C.", (-500, -401))),
        ("XVIe si\u00e8cle", (1501, 1600)),
        *(("siglo V a. C.", (-500, -401)), ("XIX. Jahrhundert", (1801, 1900)), ("2nd millennium BC", (-2000, -1001))),
        *(("1970s", (1970, 1979)), ("1870-1880s", (1870, 1889)), ("1800s", (1800, 1899))),
        ("300s\u2013400s CE", (300, 499)),
        ("1340s BC", (-1349, -1340)),
    ],
)  # fmt: skip
def test_several_years_are_first_and_last(text, years):
    assert parse_years(text) == years
    assert parse_year(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "bowl", "no date", "n.d.", "Edo period", "(?)", "19th", "X", "187?", "18??", "1900.5", "1.900", "0 BC"),
        *("after 600", "before 1200", "from 1500", "1500-", "1070 BC or later", "ca.", "1644\u2013present"),
        *("664\u2013525", "1911-1644", "30 B.C.\u2013364", "1898\u201302", "285/82\u2013246 B.C.", "332\u2013365 BC"),
        *("-500 BC", "ca. -500", "about \u2013600", "16/17", "12-14", "12 c.", "12 c. BC", "16/1700", "500.000",
          "10.000 v. Chr.", "-500-400", "-500 -400", "-50/50", "\u2013500\u2013400"),
        *("500 BC AD", "304 B.C.\u2013A.D. 364 B.C.", "1971, printed 1980", "A.D. 1926; original ca. 1479 B.C."),
        *("10-11-12", "1644-13-01", "1,2", "12345678", "581 AH", "Dynasty 26\u201329", "Qianlong period (1736-1795)"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_no_year(text):
    assert parse_years(text) is None
    assert parse_year(text) is None


ERAS = st.sampled_from(["{} BC", "{} B.C.E.", "ca. {} v. Chr.", "-{}", "\u2212{}", "{} av. J.-C.", "-{:04}-05-06"])


@given(st.integers(1, 9999), ERAS)
def test_a_year_before_our_era_never_becomes_one_of_it(year, form):
    assert parse_year(form.format(year)) == -year


@given(st.one_of(st.text(), st.text("0123456789 -\u2013/.,?thcenturybcads", max_size=16)))
def test_no_text_raises_and_all_its_forms_mean_the_same(text):
    years = parse_years(text)
    assert years is None or years[0] <= years[1]
    assert years == parse_years(normal(text))
