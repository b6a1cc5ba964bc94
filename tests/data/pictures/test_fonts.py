from pathlib import Path

import pytest

from vbg_framework.data.pictures import fonts
from vbg_framework.data.pictures.fonts import SHIPPED, font, lacking


@pytest.fixture(autouse=True)
def _no_other_font(monkeypatch):
    monkeypatch.setattr(fonts, "_installed", lambda: ())
    fonts._path.cache_clear()
    yield
    fonts._path.cache_clear()


def test_letters_of_the_shipped_font_need_no_other():
    assert not lacking(["Krüge", "Ἀμφορεύς", "ваза", "a b\nc\x1b"])
    assert Path(font("Krüge", 16).path) == SHIPPED


def test_letters_that_no_font_has_are_named_with_what_to_install():
    assert lacking(["花瓶", "vase"]).startswith("No font of this machine has 瓶 花: ")
    assert Path(font("花瓶", 16).path) == SHIPPED


def test_a_font_of_the_machine_is_taken_where_the_shipped_one_lacks_a_letter(monkeypatch, tmp_path):
    other = tmp_path / "other.ttf"
    other.write_bytes(SHIPPED.read_bytes())
    (tmp_path / "damaged.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_installed", lambda: (str(tmp_path / "damaged.ttf"), str(other)))
    monkeypatch.setattr(fonts, "_known", lambda path: frozenset(map(ord, "花瓶")) if path == other else frozenset())
    assert Path(font("花瓶", 16).path) == other
    assert not lacking(["花瓶"])
