import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.cli.scaffold.name import Name, checked


def test_one_word_gives_all_four_spellings():
    name = checked("vbg-ink-wash")
    spellings = (name.distribution, name.package, name.component, name.stem)
    assert spellings == ("vbg-ink-wash", "vbg_ink_wash", "ink_wash", "InkWash")
    assert Name("ink-wash").package == "ink_wash"
    assert Name("ink-wash").component == "ink_wash"


@pytest.mark.parametrize(
    "name", ["", "Ink", "ink_wash", "ink wash", "-ink", "ink-", "ink--wash", "2ink", "vbg-2ink", "é", "../x"]
)
def test_a_malformed_name_is_refused(name):
    with pytest.raises(VBGError, match="kebab-case"):
        checked(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("class", "a word of the Python language"),
        ("match", "a word of the Python language"),
        ("email", "a module of Python's standard library"),
        ("numpy", "'numpy' is installed already"),
        ("vbg-framework", "'vbg_framework' is installed already"),
        ("vbg-vit", "'vbg_vit' is installed already"),
        ("vbg", "the framework's own command"),
    ],
)
def test_a_name_that_something_else_has_is_refused(name, why):
    with pytest.raises(VBGError, match=why):
        checked(name)


def test_the_message_names_another():
    with pytest.raises(VBGError, match=r"Take vbg-email\.$"):
        checked("email")
    with pytest.raises(VBGError, match=r"Take another, such as vbg-vit-2\.$"):
        checked("vbg-vit")


@given(st.from_regex(r"vbg-[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True))
def test_every_good_name_gives_identifiers(text):
    name = Name(text)
    for spelling in (name.package, name.component, name.stem + "Config"):
        assert spelling.isidentifier()
