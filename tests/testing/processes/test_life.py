import os
from pathlib import Path

import torch

from vbg_framework.testing.processes.life import observed, within


def test_files_are_noted_by_how_they_are_opened(tmp_path):
    (tmp_path / "a").write_text("a")
    with observed() as life:
        (tmp_path / "a").read_text()
        (tmp_path / "b").write_text("b")
    (tmp_path / "c").write_text("c")
    assert life.read == [tmp_path / "a"]
    assert life.written == [tmp_path / "b"]


def test_settings_are_noted_and_put_back(tmp_path):
    before = Path.cwd()
    with observed() as life:
        os.chdir(tmp_path)
        torch.set_default_dtype(torch.float64)
        os.environ["VBG_MADE_UP"] = "1"
    assert set(life.changed) == {"the working folder", "torch's default dtype", "VBG_MADE_UP"}
    assert (Path.cwd(), torch.get_default_dtype(), os.environ.get("VBG_MADE_UP")) == (before, torch.float32, None)


def test_a_file_lies_within_a_folder_also_by_its_links(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "inside")
    assert within(tmp_path / "link" / "a", [tmp_path / "inside"])
    assert not within(tmp_path / "other", [tmp_path / "inside"])
