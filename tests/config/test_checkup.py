from vbg_framework.base.publication import write_text
from vbg_framework.config.checkup import examine
from vbg_framework.config.plugins import load_plugins

GOOD = """
    from vbg_framework import Component, Config, hookimpl

    @hookimpl
    def vbg_components():
        return [Component("encoder", "deep", Config, "nowhere:Nothing")]
"""


def findings(plugins, **folders):
    return {each.about: each for each in examine(plugins, folders)}


def test_failed_plugins_and_clashes_are_named_with_what_to_block(install):
    found = install("one", GOOD, point="same") + install("two", GOOD, point="same") + install("bad", "1 / 0")
    told = findings(load_plugins(found=found))
    assert told["plugin bad:bad"].fix == "Update or remove bad, or block it: `block: ['bad:bad']`."
    assert told["encoder deep"].told == "is offered by one:same and two:same."
    assert [about for about, each in told.items() if not each.well] == ["plugins", "plugin bad:bad", "encoder deep"]
    assert told["plugin same"].well


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    write_text(tmp_path / "file", "x")
    told = findings(load_plugins(found=[]), runs=tmp_path / "file", studies=tmp_path / "new" / "deep")
    assert (told["runs"].well, told["studies"].well) == (False, True)
    assert "cannot be written to" in told["runs"].told


def test_weights_cut_short_in_the_cache_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    (tmp_path / "features" / "vit-1").mkdir(parents=True)
    (tmp_path / "features" / "vit-1" / "block-00000.safetensors").write_bytes(b"\x10")
    assert not findings(load_plugins(found=[]))["features/vit-1"].well
