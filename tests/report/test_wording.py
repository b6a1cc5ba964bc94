"""Messages in several languages."""

import re

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.report.wording import FOLDER, Wording, languages


def values(message):
    return sorted(re.findall(r"{(\w+)}", message))


def test_every_language_has_the_messages_of_english_with_the_same_values():
    english = read_yaml(FOLDER / "en.yaml", words=True)
    for language in languages():
        other = read_yaml(FOLDER / f"{language}.yaml", words=True)
        assert {key: values(text) for key, text in other.items()} == {
            key: values(text) for key, text in english.items()
        }


def test_numbers_and_lists_are_written_as_in_the_language():
    assert Wording("de").say("made", made=12345).startswith("12.345 ")
    assert Wording("en").several(["a", "b", "c"]) == "a, b and c"
    assert Wording("en").several(["a"]) == "a"
    assert Wording("de").word("image") == "Bild"
    assert Wording("de").word("x_ray") == "x ray"


def test_a_language_that_nobody_has_written_is_named():
    with pytest.raises(VBGError, match="no messages in 'deu'. Did you mean 'de'"):
        Wording("deu")
