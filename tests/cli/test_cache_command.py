import pytest

from vbg_framework.base.publication import write_json
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.cli import main


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A prepared data set that a run was made with, and something a frozen encoder said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))
    for name in ("data/own-1", "features/vit-1"):
        (tmp_path / "cache" / name).mkdir(parents=True)
    write_json(tmp_path / "cache/data/own-1/info.json", {"fingerprint": "f"})
    (tmp_path / "cache/features/vit-1/block").write_bytes(b"x" * 2_000_000)
    RunFolder.create(tmp_path / "runs", "tiny", {}, {"data_fingerprint": "f"})
    return tmp_path / "cache"


def test_the_list_says_size_age_and_which_runs_name_it(kept, capsys):
    assert main(["cache", "list"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].split()[:2] == ["data/own-1", "24"]
    assert "tiny/20" in said[1]
    assert said[2].split()[:3] == ["features/vit-1", "2.0", "MB"]
    assert said[3] == f"2 in {kept}, 2.0 MB."


def test_cleaning_asks_and_takes_what_was_named(kept, capsys):
    assert main(["cache", "clean"]) == 1
    assert "nobody can be asked. Say --yes." in capsys.readouterr().err
    assert main(["cache", "clean", "--yes", "--older-than", "1"]) == 0
    assert main(["cache", "clean", "features", "--yes"]) == 0
    assert "Removed 1 of 1, 2.0 MB." in capsys.readouterr().out
    assert [path.name for path in kept.glob("*/*") if path.is_dir()] == ["own-1"]
    assert main(["cache", "list", "faetures"]) == 1
    assert "Did you mean 'features'?" in capsys.readouterr().err


def test_what_a_process_uses_stays(kept, capsys):
    with (kept / "data/own-1/info.json").open():
        assert main(["cache", "clean", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "Left   data/own-1: process " in said
    assert "Removed 1 of 2" in said
    assert (kept / "data/own-1").exists()
