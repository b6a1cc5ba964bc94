"""Prepared data by name."""

from pathlib import Path

from said import Said

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.preparation.cache import data_cache, prepare_data
from vbg_framework.screen import Screen

SMALL = ["objects=6", "views=1", "size=32", "tail=1"]


def test_the_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    assert data_cache() == tmp_path / "data"
    monkeypatch.delenv("VBG_CACHE")
    assert data_cache() == Path.home() / ".cache" / "vbg-framework" / "data"


def test_data_is_called_what_the_registry_calls_it(monkeypatch, tmp_path):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    part = Registry.read().dataset("mini-museum", load_plugins([]), SMALL)
    named = prepare_data(part, Screen(), name="my-museum")
    assert named.info["name"] == "my-museum"
    other = prepare_data(part, Screen())
    assert other.info["name"] == part.component.name
    assert other.folder == named.folder  # the same content, whatever it is called
    made = named.folder.stat().st_ino
    assert prepare_data(part, Screen(), name="my-museum").folder.stat().st_ino == made
    assert prepare_data(part, Screen(), name="my-museum", refresh=True).fingerprint == named.fingerprint


def test_why_data_is_prepared_or_not_is_said_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    screen, part = Said(), Registry.read().dataset("mini-museum", load_plugins([]), SMALL)
    for refresh in (False, False, True):
        prepare_data(part, screen, name="pots", refresh=refresh)
    assert screen.lines == [
        "Data   pots: prepared for the first time.",
        "Data   pots: prepared before, nothing changed.",
        "Data   pots: prepared again, as asked for.",
    ]
