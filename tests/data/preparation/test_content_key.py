"""What the result of a component follows from."""

import os
from pathlib import Path
from typing import Any, Literal

import huggingface_hub.constants
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback_hub import COMMIT, serving

from vbg_framework.base.errors import VBGError
from vbg_framework.config.part import Part
from vbg_framework.config.plugins import PluginStatus
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.spec import Component, Config
from vbg_framework.data.preparation.content_key import END, WHOLE, content_key, contents, path_hash, settled
from vbg_framework.toolkit.weights import hub_folder


class Inner(Config):
    """Options inside options."""

    weights: str | None = None
    """A path."""


class Options(Config):
    """Every kind of option that may name something."""

    base: str = ""
    """A path or a hub id."""
    kind: Literal["photos", "drawings"] | None = None
    """One of some words."""
    inner: Inner = Inner()
    """Options of a part."""
    several: list[str] = []
    """A list."""
    named: dict[str, Any] = {}
    """A mapping, or a component."""
    place: Path | None = None
    """A path that is one."""
    count: int = 3
    """A number."""


class Reader(Augmenter):
    """Reads a file that no option names."""

    file = ""

    @classmethod
    def sources(cls, config):
        """It."""
        return [Path(cls.file)] if cls.file else []


def part(**options):
    component = Component("augmenter", "reader", Options, "test_content_key:Reader")
    return Part(component, Options(**options), PluginStatus("reader", "vbg-reader", "1.0", "loaded", (component,)))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """Work in an empty folder, without a hub."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def model(folder, text="weights"):
    (folder / "unet").mkdir(parents=True, exist_ok=True)
    (folder / "unet" / "model.safetensors").write_text(text)
    (folder / "config.json").write_text("{}")
    return folder


NESTED = {
    "plain": lambda path: {"base": path},
    "inner": lambda path: {"inner": {"weights": path}},
    "list": lambda path: {"several": ["word", path]},
    "mapping": lambda path: {"named": {"deep": [{"deeper": path}]}},
    "component": lambda path: {"named": {"type": "timm", "model": None, "weights": path}},
    "path": lambda path: {"place": Path(path)},
}


@pytest.mark.parametrize("nested", NESTED)
@pytest.mark.parametrize("place", ["absolute", "working folder", "VBG_WEIGHTS", "VBG_DATA"])
def test_what_an_option_names_counts_wherever_it_stands_and_lies(tmp_path, monkeypatch, nested, place):
    root = tmp_path / "here" if place == "working folder" else tmp_path / "there"
    folder = model(root / "base")
    if place.startswith("VBG"):
        monkeypatch.setenv(place, str(root))
    named = part(**NESTED[nested](str(folder) if place == "absolute" else "base"))
    first = content_key(named)
    assert first["contents"]
    assert content_key(named) == first
    (folder / "unet" / "model.safetensors").write_text("others!")
    second = content_key(named)
    assert second != first
    assert {key: value for key, value in second.items() if key != "contents"} == {
        key: value for key, value in first.items() if key != "contents"
    }


def test_a_part_without_files_has_no_contents():
    key = content_key(part(base="museum photograph of a {class}", several=["to_q", "to_out.0"], named={"type": 3}))
    assert key["contents"] == {}
    assert (key["component"], key["version"], key["options"]["count"]) == ("reader", "1.0", 3)


@given(st.text())
def test_no_text_is_too_odd_to_be_looked_up(text):
    assert isinstance(contents(part(base=text)), dict)


@pytest.mark.parametrize("text", ["x" * 5000, "nul\0", "~nobody-of-this-name/x", "\ud800", "a/b/c", "//", ".", ".."])
def test_neither_are_these(text):
    assert contents(part(base=text)) == {}


def test_a_word_of_a_choice_is_no_path(tmp_path):
    (tmp_path / "here" / "photos").mkdir()
    assert contents(part(kind="photos")) == {}
    assert list(contents(part(base="photos"))) == ["base"]


def test_the_working_folder_itself_holds_all_sorts_of_things(tmp_path):
    (tmp_path / "here" / "runs").mkdir()
    for name in (".", "..", str(tmp_path), str(tmp_path / "here")):
        assert contents(part(base=name)) == {}


def test_files_that_no_option_names_count_if_the_component_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(Reader, "file", str(tmp_path / "words.txt"))
    seen = set()
    for text in ("a", "b"):
        (tmp_path / "words.txt").write_text(text)
        seen.add(contents(part())["sources.0"])
    (tmp_path / "words.txt").unlink()
    assert contents(part())["sources.0"] not in seen
    assert len(seen) == 2


def rows(folder, *names):
    lines = ["id,file,kind", *(f"{name},{name}.png,bowl" for name in names)]
    (folder / "table.csv").write_text("\n".join(lines))


def test_a_data_set_among_the_options_counts_with_its_pictures(tmp_path, monkeypatch):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))
    from PIL import Image

    rows(tmp_path, "a", "b")
    options = {"type": "table", "path": str(tmp_path / "table.csv"), "id": "id", "image": "file"}
    named = part(named={"pool": {**options, "targets": {"kind": "kind"}}})
    keys = []
    for size in (8, 9):
        for name in ("a", "b"):
            Image.new("RGB", (size, size), "red").save(tmp_path / f"{name}.png")
            keys.append(contents(named)["named.pool"])
    assert len(set(keys)) == 4
    assert contents(named)["named.pool"] == keys[-1]
    with pytest.raises(VBGError, match="no column"):
        contents(part(named={**options, "id": "number", "targets": {"kind": "kind"}}))


def test_a_hub_id_counts_with_the_revision_that_was_fetched(tmp_path, monkeypatch):
    before = contents(part(base="owner/model"))
    assert before == {}
    with serving({"config.json": b"{}"}, tmp_path / "hub", monkeypatch):
        hub_folder("owner/model")
        hub_folder("owner/model@v1")
        assert contents(part(base="owner/model")) == {"base": f"revision {COMMIT}"}
    for name in ("owner/model@v1", f"owner/model@{COMMIT}"):
        assert contents(part(base=name)) == {"base": f"revision {COMMIT}"}
    for name in ("owner/model@v2", "owner/other", "model", "owner/model@../refs/main"):
        assert contents(part(base=name)) == {}
    (tmp_path / "hub" / "models--owner--model" / "refs" / "main").write_text("c" * 40)
    assert contents(part(base="owner/model")) == {"base": f"revision {'c' * 40}"}


def test_only_revisions_settle_while_something_is_made():
    before = {"a": "revision 1", "b": "hash", "d": "gone"}
    after = {"a": "revision 2", "b": "other", "c": "revision 3", "e": "new"}
    assert settled(before, after) == {"a": "revision 2", "b": "hash", "c": "revision 3", "d": "gone"}


FILES = st.dictionaries(st.sampled_from(["a", "b", "c/d", "c/e"]), st.binary(max_size=3), min_size=1, max_size=4)


def laid_out(folder, files):
    folder.mkdir()
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@given(FILES, FILES)
def test_folders_have_the_same_hash_if_and_only_if_they_hold_the_same(tmp_path_factory, first, second):
    root = tmp_path_factory.mktemp("folders")
    one, two = laid_out(root / "one", first), laid_out(root / "two", second)
    assert (path_hash(one) == path_hash(two)) == (first == second)


def test_a_copy_is_the_same_and_hidden_files_do_not_count(tmp_path):
    one, two = model(tmp_path / "one"), model(tmp_path / "two")
    os.utime(two / "config.json", (1, 1))
    (two / ".cache").mkdir()
    (two / ".cache" / "lock").touch()
    assert path_hash(one) == path_hash(two)


def test_links_are_followed_but_not_in_circles(tmp_path):
    folder = model(tmp_path / "base")
    (folder / "circle").symlink_to(folder)
    (folder / "lost").symlink_to(tmp_path / "nowhere")
    (folder / "vae").symlink_to(model(tmp_path / "elsewhere", "vae"))
    first = path_hash(folder)
    (tmp_path / "elsewhere" / "unet" / "model.safetensors").write_text("other vae")
    assert path_hash(folder) != first


@pytest.mark.parametrize("place", [0, -1])
def test_large_files_count_by_size_time_and_their_ends(tmp_path, place):
    file = tmp_path / "weights.safetensors"
    content = bytearray(WHOLE + 3 * END)
    file.write_bytes(content)
    time = file.stat().st_mtime_ns
    first = path_hash(file)
    content[place] = 1
    file.write_bytes(content)
    os.utime(file, ns=(time, time))
    second = path_hash(file)
    os.utime(file, ns=(time, time + 1))
    third = path_hash(file)
    file.write_bytes(content + b"1")
    os.utime(file, ns=(time, time))
    assert len({first, second, third, path_hash(file)}) == 4
