import json
import shutil

from vbg_framework.cli import main


def out(capsys, *arguments):
    status = main(list(arguments))
    return status, capsys.readouterr().out


def test_plugins_are_listed_with_what_they_offer(capsys):
    status, text = out(capsys, "plugins")
    assert status == 0
    assert any("vbg_vit" in line and "loaded" in line and "encoder vit" in line for line in text.splitlines())


def test_a_plugin_that_failed_is_listed_with_its_error(capsys, install, monkeypatch):
    found = install("broken", "raise RuntimeError('boom')")
    monkeypatch.setattr("vbg_framework.config.plugins.entry_points", lambda group: found)
    status, text = out(capsys, "plugins")
    assert status == 1
    assert "broken: RuntimeError: boom" in text


def test_components_are_listed_with_their_options(capsys):
    _, text = out(capsys, "components", "classifier")
    assert "classifier softmax  (plugin vbg_softmax)" in text
    assert "dropout" in text
    assert "encoder" not in text.splitlines()[0]


def test_a_kind_nobody_knows_is_named(capsys):
    assert main(["components", "encoders"]) == 1
    assert "Did you mean 'encoder'?" in capsys.readouterr().err


def test_check_says_what_an_experiment_is_made_of(capsys):
    status, text = out(capsys, "check", "quickstart")
    assert status == 0
    assert "encoders.image vit" in text


def test_check_counts_problems_and_fails(capsys, tmp_path):
    (tmp_path / "r.yaml").write_text("version: 1\nencoders: {bad: {type: vit, layer: 1}}\n")
    status, text = out(capsys, "check", "--registry", str(tmp_path / "r.yaml"))
    assert status == 1
    assert "r.yaml: encoders.bad: unknown key 'layer'. Did you mean 'layers'" in text


def test_the_schema_is_json(capsys):
    assert json.loads(out(capsys, "schema")[1])["title"] == "VBG Framework registry"


def test_runs_and_one_run_are_shown(capsys, tiny_run):
    root = str(tiny_run.path.parents[1])
    _, text = out(capsys, "runs", "--runs", root)
    assert tiny_run.name in text
    assert "finished" in text
    _, text = out(capsys, "show", "tiny", "--runs", root)
    assert "macro_f1" in text
    assert "encoders:" in text


def test_a_damaged_run_is_listed_as_unreadable_beside_the_others(capsys, tiny_run, tmp_path):
    for name in ("good", "bad"):
        shutil.copytree(tiny_run.path, tmp_path / "tiny" / name)
    (tmp_path / "tiny" / "bad" / "metrics.json").write_text('{"test": {"form"')
    status, text = out(capsys, "runs", "--runs", str(tmp_path))
    assert (status, "tiny/bad   unreadable" in text, "tiny/good  finished" in text) == (0, True, True)
    assert main(["show", "tiny/bad", "--runs", str(tmp_path)]) == 1
    assert "metrics.json: is damaged" in capsys.readouterr().err


def test_names_that_no_file_can_have_are_told_in_a_line(capsys, tmp_path):
    for name in ("x" * 300, "a\0b", "/", "**"):
        for command in ("show", "report"):
            assert main([command, name, "--runs", str(tmp_path)]) == 1
            assert "no run" in capsys.readouterr().err


def test_no_runs_is_said(capsys, tmp_path):
    assert "no runs in" in out(capsys, "runs", "--runs", str(tmp_path))[1]
