"""Numbers as catalogues write them: one reading for metadata, label rules and prediction alike."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Literal

from vbg_framework.data.catalogue.spelling import normal

Mark = Literal[".", ","]
"""What stands before the decimals."""
SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("\u2019\u02bc\uff07\u066c", "'")
    | {"\uff0b": "+", "\uff0c": ",", "\uff0e": "."}
)
"""Minus signs, dashes and apostrophes of all kinds, and full-width signs."""
NUMBER = re.compile(
    r"(?P<sign>[+-] ?)?"
    r"(?P<whole>0|[1-9]\d*|[1-9]\d{0,2}(?P<group>[.,' ])\d{3}(?:(?P=group)\d{3})*)?"  # 007 is a code
    r"(?:(?!(?P=group))(?P<mark>[.,])(?P<part>\d+))?"
    r"(?P<exponent>[eE][+-]?\d+)?",
    re.ASCII,
)
EXACT = 15  # decimal digits that a float always holds


def parse_number(text: str, decimal: Mark = ".") -> float | None:
    """The number a text is; None if it is none, and for one that a float cannot hold.

    Read are all minus signs, decimal points and commas, thousands in groups of three (`1,234,567`, `1.234,5`,
    `1 234`, `1'234`), exponents, and the decimal digits of all scripts. No numbers are codes with leading zeros
    (`007`), dates, ranges, units, `nan`, `inf`, whole numbers with more digits than a float holds (inventory numbers)
    and `1e5`, which may be a code: an exponent has a sign or a decimal mark before it, as programs write it.

    Args:
        text: any text.
        decimal: how a number such as `1,234` or `1.234` is read, which may be either: this mark stands before the
            decimals, the other one between thousands. No other number depends on it.
    """
    result = _match(text, decimal)
    if result is None:
        return None
    whole, part, exponent = re.sub(r"\D", "", result["whole"] or ""), result["part"] or "", result["exponent"] or ""
    if _either(result) and result["mark"] != decimal:
        whole, part = whole + part, ""
    sign = -1 if (result["sign"] or "").startswith("-") else 1
    number = sign * float(f"{whole or 0}.{part or 0}{exponent}") + 0.0  # no negative zero
    is_exact = part or exponent or len(whole) <= EXACT or (math.isfinite(number) and int(whole) == abs(int(number)))
    return number if is_exact and math.isfinite(number) else None


def ambiguous(text: str) -> bool:
    """Whether a text is a number that means a thousand times as much if its mark stands between thousands: `1,234`."""
    result = _match(text, ".")
    return result is not None and _either(result)


def decimal_mark(text: str) -> Mark | None:
    """The decimal mark that a number gives away: `.` for `1.5` and `1,234,567`, `,` for `1,5`, none for `1,234`."""
    result = _match(text, ".")
    if result is None or _either(result):
        return None
    if result["mark"]:
        return "," if result["mark"] == "," else "."
    return {",": ".", ".": ","}.get(result["group"] or "")  # type: ignore[return-value]


def as_text(number: float) -> str:
    """A number as text that `parse_number` reads back exactly; a whole number without a point."""
    return str(int(number)) if number.is_integer() else repr(float(number))


def _match(text: str, decimal: Mark) -> re.Match[str] | None:
    plain = normal(text)
    if not plain.isascii():
        plain = ascii_digits(plain.translate(SIGNS)).replace("\u066b", decimal)
    result = NUMBER.fullmatch(plain)
    if result is None or not (result["whole"] or result["part"]):
        return None
    is_code = result["exponent"] and not result["mark"] and result["exponent"][1].isdigit()
    return None if is_code else result


def ascii_digits(text: str) -> str:
    """The text with 0 to 9 in place of the decimal digits of other scripts."""
    return "".join(sign if sign.isascii() else str(unicodedata.decimal(sign, sign)) for sign in text)


def _either(result: re.Match[str]) -> bool:
    """One to three digits, one mark and three digits."""
    whole = result["whole"] or "0"
    return bool(result["mark"]) and len(result["part"]) == 3 and len(whole) <= 3 and whole != "0"
