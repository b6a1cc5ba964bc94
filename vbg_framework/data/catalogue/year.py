"""Years as catalogues write them, in the words of several languages; what is not understood is no year."""

from __future__ import annotations

import re

from vbg_framework.data.catalogue.number import ascii_digits
from vbg_framework.data.catalogue.spelling import normal

Years = tuple[int, int]

SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("\u2012\u2013\u2014\u2015", "~")
    | dict.fromkeys("~\u2248", "ca ")
)
"""Hyphens and minus signs become `-`, dashes `~`: 1644-01 may be a month."""


def _words(*patterns: str) -> re.Pattern[str]:
    """Any of these between other than letters, with the spaces around it."""
    return re.compile(rf" ?(?<![^\W\d_])(?:{'|'.join(patterns)})(?![^\W\d_]) ?")


CENTURY = (
    _words(r"cent\.", r"centur(?:y|ies)", r"jahrhunderts?", r"jhd?t?s?\.?", r"siècles?",
           r"secol[oi]", r"sec\.", r"siglos?", r"séculos?", r"eeuw"),
    " century ",
)  # fmt: skip
SHORT_CENTURY = (re.compile(r"(?<=\d(?:st|nd|rd|th)) c\.?(?!\w)"), " century ")
MILLENNIUM = (_words(r"millenni(?:um|a|o)", r"jahrtausends?", r"jt\.", r"millénaires?", r"milenio"), " millennium ")
BC = (
    _words(r"b\.? ?c\.?(?: ?e\.?)?", r"v\.? ?chr\.?", r"vor (?:chr\.?|christus)", r"v\. ?u\. ?z\.?",
           r"av(?:ant|\.)? ?j(?:ésus|\.)?[ -]*c(?:hrist|\.)?", r"a\. ?(?:de )?c\.", r"a\. ?e\. ?c\."),
    " bc ",
)  # fmt: skip
AD = (
    _words(r"a\.? ?d\.?", r"c\.? ?e\.?", r"n\.? ?chr\.?", r"nach (?:chr\.?|christus)", r"n?\.? ?u\. ?z\.?",
           r"apr?(?:ès|\.)? ?j(?:ésus|\.)?[ -]*c(?:hrist|\.)?", r"d\. ?(?:de )?c\.", r"e\. ?c\."),
    " ad ",
)  # fmt: skip
_UNSURE = _words(
    r"ca[.,]?", r"(?<!\d)(?<!\d )c[.,]?", r"circa", r"about", r"around",
    r"approx(?:imately|\.)?", r"um", r"etwa", r"ungefähr", r"vers",
    r"env(?:iron|\.)", r"probably", r"possibly", r"perhaps", r"wohl", r"vermutlich", r"dated", r"datiert",
)  # fmt: skip
UNSURE = (re.compile(rf"(?>{_UNSURE.pattern})(?! ?[~-])"), " ")
"""Not before a minus sign: there it is as often a dash."""
_PART = r"early|mid(?:dle|dle of)?|late|anfang|mitte|ende|frühes|spätes|début|fin|(?:the )?(?:beginning|end)(?: of)?"
_SHARE = (
    r"(?:the )?(?:first|second|third|last|1st|2nd|3rd|4th|[1-4]\.|erste|zweite) (?:half|third|quarter|hälfte|viertel)"
)
PARTS = (
    re.compile(
        rf"(?<!\w)(?:{_PART}|{_SHARE})(?:[ ~-]+(?:(?:to|or) )?(?:{_PART}))*(?!\w)(?: of| des| du| de)?(?: the)?[~-]? ?"
    ),
    "",
)
"""A part of a century counts as the whole: a rule then never takes in a date that may lie outside its range."""
DOUBT = re.compile(r"\(\?\)|(?<=\d{4})\?(?!\d)|(?<!\d)\?")  # 187? is a decade
ROMAN = re.compile(r"(?<!\w)([ivx]+)(?:e|er|ème|º|\.)?(?!\w)")
NTH = re.compile(r"(?<=\d)(?:e|ème|º)(?!\w)")
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
DATE = re.compile(rf"(?:{_DAY}/{_DAY}|{_MONTH})/(\d{{4}})|{_DAY}\.{_MONTH}\.(\d{{4}})")
_CLOCK = r"(?:[t ]\d{1,2}:[\d:.]+(?:z|[+-]\d\d:?\d\d)?)?"
_SIDE = (
    r"(?:(?P<before#>bc|ad) )?"
    r"(?:(?P<nth#>\d{1,2})(?:(?:st|nd|rd|th|\.)(?: ?(?P<unit#>century|millennium))?"
    r"| (?P<whole#>century|millennium))"
    r"|(?P<last#>century|millennium) (?P<number#>\d{1,2})(?:th)?"
    r"|(?P<iso#>[+~-]?\d{3,6}|[+~-]\d{1,6})[-/]" + f"{_MONTH}[-/]{_DAY}{_CLOCK}|"
    r"(?P<sign#>[+~-]?)(?P<year#>\d{1,6}|\d{1,3}(?:,\d{3})+)(?:\.0{1,2}|(?<=\d{4})\.0+)?(?P<decade#>s|er)?)"
    r"(?: (?P<after#>bc|ad))?"
)
BETWEEN = " ?(?P<dash>[-~/]|(?<= )(?:to|until|bis|or|oder|and|und|à|et)(?= )) ?"
_FIRST, _SECOND = (_SIDE.replace("#", side) for side in "12")
SPAN = re.compile(f"(?P<open>(?:between|from|von|zwischen|entre|de) )?{_FIRST}(?:{BETWEEN}{_SECOND})?")


def parse_year(text: str) -> int | None:
    """The one year a text means, negative = BCE; None if it means several or none."""
    years = parse_years(text)
    return years[0] if years and years[0] == years[1] else None


def parse_years(text: str) -> Years | None:
    """First and last year a text means, negative = BCE; None if it is not understood.

    Understood are years, ISO dates, decades, centuries and ranges of them, with `ca.` and `(?)`, before and after our
    era in English, German, French, Italian and Spanish. A year is what is written: 500 BC, -500 and the ISO date
    -0500-01-01 are the same year -500, although ISO 8601 counts a year 0 and catalogues do not. Without an era a
    century is one of ours, and so is a range; an open range (`after 600`) is not understood.
    """
    plain = _plain(text)
    if result := DATE.fullmatch(plain):
        return (int(result[1] or result[2]),) * 2
    span = SPAN.fullmatch(plain)
    if span is None or (span["open"] and not span["dash"]):
        return None
    return _Span(span).years()


def _plain(text: str) -> str:
    """The text in the few words that `SPAN` knows."""
    plain = DOUBT.sub(" ", ascii_digits(normal(text).translate(SIGNS)).casefold())
    for pattern, word in (CENTURY, SHORT_CENTURY, MILLENNIUM, BC, AD, UNSURE, PARTS):
        plain = pattern.sub(word, " ".join(plain.split()))
    if "century" in plain or "millennium" in plain:
        plain = NTH.sub("th", ROMAN.sub(lambda result: f"{_roman(result[1])}th", plain))
    return " ".join(plain.split()).strip(" .,;")


def _roman(letters: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in letters]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


class _Span:
    """One or two sides of a range; what stands on one of them only may be meant for both."""

    def __init__(self, result: re.Match[str]) -> None:
        self.found = result
        self.sides = (1, 2) if result["dash"] else (1,)

    def years(self) -> Years | None:
        spans = [self._side(side) for side in self.sides]
        if len(spans) == 2 and self._is_month():
            spans = spans[:1]
        elif self._is_doubtful():
            return None
        first, last = spans[0], spans[-1]
        if first is None or last is None or first[0] > last[0] or first[1] > last[1]:
            return None
        return first[0], last[1]

    def _side(self, side: int) -> Years | None:
        if date := self._one("iso", side):
            return None if self._own_era(side) else (_signed(date),) * 2
        era, sign = self._era(side), self._one("sign", side)
        if era is None or (sign and era):
            return None
        if sign:
            return (_signed(sign + self._digits(side)),) * 2
        first, last = self._counted(side)
        if first < 1 and (era == "bc" or last > first):
            return None
        return (-last, -first) if era == "bc" else (first, last)

    def _counted(self, side: int) -> Years:
        """First and last year, counted away from the beginning of our era; (0, 1) for what is none."""
        nth = self._one("nth", side) or self._one("number", side)
        if nth:
            size = self._size()
            return (size * (int(nth) - 1) + 1, size * int(nth)) if size and int(nth) else (0, 1)
        year = int(self._digits(side))
        if not self._one("decade", side):
            return year, year
        size = 100 if year % 100 == 0 else 10 if year % 10 == 0 else 0  # the 1900s may be a century
        return (year, year + size - 1) if size else (0, 1)

    def _digits(self, side: int) -> str:
        """The digits of a year; the second of 1885-86 with those it leaves out."""
        digits = self._one("year", side).replace(",", "")
        first = self._one("year", 1)
        if side == 2 and self._is_short():
            return first[: len(first) - len(digits)] + digits
        return digits

    def _is_short(self) -> bool:
        first, second = self._one("year", 1), self._one("year", 2)
        no_bc = "bc" not in (self._own_era(1), self._own_era(2))
        return no_bc and not self._one("sign", 2) and 0 < len(second) < len(first) == 4 and first.isdigit()

    def _is_month(self) -> bool:
        """Whether 1644-01 is a month: as a range it would run backwards."""
        second, eras = self._one("year", 2), (self._own_era(1), self._own_era(2))
        plain = self._is_short() and not any(eras) and not self._one("decade", 2) and self.found["dash"] == "-"
        return plain and len(second) == 2 and 1 <= int(second) <= 12 and second <= self._one("year", 1)[2:]

    def _is_doubtful(self) -> bool:
        """Whether a sign may be meant for both years (-500-400), or these are no years (16/17)."""
        first, second = self._one("year", 1), self._one("year", 2)
        if not (first and second):
            return False
        signs, dash = [self._one("sign", side) for side in (1, 2)], self.found["dash"]
        if not any((*signs, self._own_era(1), self._own_era(2))):
            return len(first) < 3 and (len(second) < 3 or dash == "/")
        return signs[0] in ("-", "~") and not signs[1] and not dash.isalpha()

    def _size(self) -> int:
        """Years of a century or millennium; 0 if neither is named."""
        units = {self._one(name, side) for name in ("unit", "whole", "last") for side in self.sides} - {""}
        return {"century": 100, "millennium": 1000}[units.pop()] if len(units) == 1 else 0

    def _era(self, side: int) -> str | None:
        """`bc`, `ad`, or nothing where none is given; None where it cannot be told."""
        first, last = self._own_era(1), self._own_era(self.sides[-1])
        if "both" in (first, last) or (first == "bc" and not last):
            return None
        return (first or last) if side == 1 else (last or first)

    def _own_era(self, side: int) -> str:
        eras = [era for era in (self._one("before", side), self._one("after", side)) if era]
        return "both" if len(eras) == 2 else "".join(eras)

    def _one(self, name: str, side: int) -> str:
        return self.found[f"{name}{side}"] or ""


def _signed(text: str) -> int:
    return int(text.replace("~", "-"))
