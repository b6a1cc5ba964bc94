"""Generated records without a training."""

import json

import pytest
from PIL import Image
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import read_lines
from vbg_framework.cli import main
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.generation.pool import Pool
from vbg_framework.runs.augment import augment
from vbg_framework.screen import Screen


def resolved(*sets, name="tiny-copies"):
    return Registry.read(TINY).experiment(name, load_plugins(), sets)


def test_it_leaves_images_origins_and_a_contact_sheet(tmp_path):
    tally = augment(resolved("loop.count=12"), tmp_path / "new", Screen())
    assert sum(tally["kept"].values()) == 12
    samples = read_lines(tmp_path / "new" / "samples.jsonl")
    assert len(samples) == 12
    assert all(sample["id"].startswith("SYN_") and sample["origin"]["sources"] for sample in samples)
    pictures = [sample for sample in samples if sample["image"]]
    assert {path.name for path in (tmp_path / "new").glob("SYN_*.png")} == {sample["image"] for sample in pictures}
    sheet = Image.open(tmp_path / "new" / "contact-sheet.png")
    assert sheet.width > sheet.height / 4


def test_the_same_call_gives_the_same_records(tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        augment(resolved("loop.count=8"), folder, Screen())
    first, second = ((folder / "samples.jsonl").read_bytes() for folder in folders)
    assert first == second


def test_an_interrupted_call_is_gone_on_with(tmp_path, monkeypatch):
    whole = augment(resolved("loop.count=8"), tmp_path / "whole", Screen())
    with monkeypatch.context() as patch:
        patch.setattr(Pool, "add", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            augment(resolved("loop.count=8"), tmp_path / "new", Screen())
    assert augment(resolved("loop.count=8"), tmp_path / "new", Screen()) == whole


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(VBGError, match="is not empty"):
        augment(resolved(), tmp_path, Screen())
    augment(resolved("loop.count=4"), tmp_path / "new", Screen())
    with pytest.raises(VBGError, match="is not empty"):
        augment(resolved("loop.count=5"), tmp_path / "new", Screen())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "precious.txt"]


def test_an_experiment_without_augmenter_is_refused(tmp_path):
    with pytest.raises(VBGError, match=r"experiments\.tiny: has no augmenter.*--set augmenter=NAME"):
        augment(resolved(name="tiny"), tmp_path / "new", Screen())


def test_the_command_prints_what_became_of_every_class(tmp_path, capsys):
    command = ["augment", "tiny-copies", "--registry", str(TINY), "--count", "6", "--out", str(tmp_path / "new")]
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert "class" in shown
    assert "kept" in shown
    assert "contact-sheet.png" in shown
    assert json.loads((tmp_path / "new" / "augment.json").read_text())["experiment"]["loop"]["count"] == 6


def test_text_alone_has_no_contact_sheet(tmp_path):
    sets = ["encoders.image=null", "fusion=null", "loop.count=4"]
    augment(resolved(*sets), tmp_path / "new", Screen())
    assert not (tmp_path / "new" / "contact-sheet.png").exists()


def test_the_augmenter_can_be_fitted_again(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))
    said = []
    for number, more in enumerate(([], [], ["--refresh"])):
        command = ["augment", "tiny-copies", "--registry", str(TINY), "--count", "3"]
        assert main([*command, "--out", str(tmp_path / str(number)), *more]) == 0
        (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Augmenter")]
        said.append(line)
    assert "fitted in" in said[0]
    assert "taken from the cache" in said[1]
    assert "fitted in" in said[2]
