"""Caption templates: `a {class}[, {glaze} glaze]`. Light: never imports torch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

PART = re.compile(r"\[([^\[\]]*)\]")
FIELD = re.compile(r"\{(\w+)\}")
CLASS, FACTS = "class", "facts"


def check_template(template: str) -> None:
    """See whether a template can be filled in.

    Raises:
        ValueError: brackets do not match, or it names nothing.
    """
    left = FIELD.sub("", PART.sub(r"\1", template))
    if stray := re.search(r"[\[\]{}]", left):
        raise ValueError(f"a caption template has a '{stray[0]}' without its partner, got {template!r}")
    if not FIELD.search(template):
        raise ValueError(f"a caption template names no field, such as {{class}}, got {template!r}")


def fields(template: str) -> list[str]:
    """The names in a template, `class` and `facts` included."""
    return FIELD.findall(template)


def fill(template: str, values: Mapping[str, str], facts: Sequence[str]) -> tuple[str, frozenset[str]]:
    """Put values in; a part in brackets that lacks one is left out.

    Args:
        template: the sentence.
        values: name -> value; unknown ones are absent.
        facts: the names that `{facts}` stands for.

    Returns:
        The caption, and the names whose values it tells.
    """
    words = {name: readable(value) for name, value in values.items()}
    told = [name for name in facts if name in words]
    if told:
        words[FACTS] = ", ".join(f"{readable(name)} {words[name]}" for name in told)
    kept = PART.sub(lambda part: part[1] if all(each in words for each in FIELD.findall(part[1])) else "", template)
    named = {each for each in FIELD.findall(kept) if each in values}
    named |= {*told} if FACTS in FIELD.findall(kept) else set()
    return " ".join(FIELD.sub(lambda field: words.get(field[1], ""), kept).split()), frozenset(named)


def readable(value: str) -> str:
    """A class as a caption has it: `blue_and_white` -> `blue and white`."""
    return value.replace("_", " ")
