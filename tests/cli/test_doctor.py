import json

from vbg_framework.base.publication import write_json
from vbg_framework.cli import main


def test_a_sound_installation_is_said_to_be_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "WRONG" not in said
    for word in ("versions", "plugins", "devices", "cache content", "GB free", "open files"):
        assert word in said


def test_damage_in_the_cache_is_named_for_programs_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    (tmp_path / "data" / "own-1").mkdir(parents=True)
    (tmp_path / "data" / "own-1" / "rows").write_text("other")
    write_json(tmp_path / "data" / "own-1" / "info.json", {"files": {"rows": "0" * 64}})
    assert main(["doctor", "--json"]) == 1
    wrong = [each for each in json.loads(capsys.readouterr().out) if not each["well"]]
    assert [each["about"] for each in wrong] == ["cache content", "data/own-1"]
    assert "is damaged, its checksum is another one" in wrong[1]["told"]
    assert wrong[1]["fix"].startswith(f"Remove {tmp_path / 'data' / 'own-1'}")
