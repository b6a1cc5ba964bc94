"""Options in words."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from vbg_framework.config.option_words import default, sections, value
from vbg_framework.config.part import Part
from vbg_framework.contracts.spec import Component, Config


class Inner(Config):
    """Nested."""

    word: Literal["a", "b"] = "a"
    """A word."""


class Every(Config):
    """All kinds of options."""

    count: Annotated[int, Field(ge=1)]
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    words: list[str] = []
    three: tuple[int, int, int] = (1, 2, 3)
    one: Inner = Inner()
    several: list[Inner] = []
    mapping: dict[str, float] = {}
    anything: Any = 1
    options: dict[str, Any] = {}
    head: Part[Literal["classifier"]] | None = None
    links: list[Part[Literal["augmenter"]]] = []
    text: str = "é"
    fixed: Literal["x"] = "x"


SECTIONS = {name: (described, options) for name, described, options in sections(Component("fusion", "f", Every, "m:C"))}
OPTIONS = SECTIONS[""][1]


@pytest.mark.parametrize(
    ("name", "words", "given"),
    [
        ("count", "integer ≥ 1", "required"),
        ("share", "number > 0, ≤ 1 or null", "`null`"),
        ("words", "list of strings", "`[]`"),
        ("three", "list of 3 integers", "`[1, 2, 3]`"),
        ("one", "options of `Inner`", "see below"),
        ("several", "list of options of `Inner`", "`[]`"),
        ("mapping", "mapping: number", "`{}`"),
        ("anything", "anything", "`1`"),
        ("options", "name or options", "`{}`"),
        ("head", "component of kind classifier or null", "`null`"),
        ("links", "list of components of kind augmenter", "`[]`"),
        ("text", "string", "`é`"),
        ("fixed", "`x`", "`x`"),
    ],
)
def test_an_option_is_told_by_what_may_stand_there_and_its_default(name, words, given):
    assert (value(OPTIONS[name]), default(OPTIONS[name])) == (words, given)


def test_nested_classes_follow_with_what_they_are():
    assert list(SECTIONS) == ["", "Inner"]
    assert SECTIONS["Inner"][0] == "Nested."
    assert value(SECTIONS["Inner"][1]["word"]) == "`a`, `b`"
