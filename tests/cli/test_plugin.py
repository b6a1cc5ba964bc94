import sys

import pytest

from vbg_framework.cli import main, parser


@pytest.fixture(autouse=True)
def _own_folder_and_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in [name for name in sys.modules if name.startswith("vbg_ink")]:
        del sys.modules[name]


def test_a_new_plugin_is_written_and_the_next_three_commands_are_told(tmp_path, capsys):
    assert main(["plugin", "new", "vbg-ink", "--kind", "encoder"]) == 0
    first, *told = capsys.readouterr().out.splitlines()
    assert first == "vbg-ink: a plugin with the encoder 'ink'. Next:"
    assert told[0] == "vbg plugin install ./vbg-ink"
    assert told[1:] == ["vbg plugin check vbg-ink", "vbg run quickstart --tiny --set encoders.image.type=ink"]
    for line in told:
        parser().parse_args(line.split()[1:])
    assert (tmp_path / "vbg-ink" / "vbg_ink" / "encoder.py").is_file()


def test_it_goes_where_out_says(tmp_path, capsys):
    assert main(["plugin", "new", "vbg-ink", "--kind", "dataset", "--out", str(tmp_path / "a" / "b")]) == 0
    assert f"vbg plugin install {tmp_path}/a/b/vbg-ink" in capsys.readouterr().out
    assert len(list((tmp_path / "a" / "b" / "vbg-ink").rglob("*.png"))) == 24


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["vbg-ink", "--kind", "encode"], "--kind: unknown kind 'encode'. Did you mean 'encoder'?"),
        (["vbg_ink", "--kind", "encoder"], "kebab-case"),
        (["my-vit", "--kind", "encoder"], None),
        (["vit", "--kind", "encoder"], "vbg_vit has the encoder 'vit' already"),
        (["softmax", "--kind", "estimator"], "vbg_softmax has the classifier 'softmax' already"),
        (["softmax", "--kind", "fusion"], None),
    ],
)
def test_a_name_or_kind_that_cannot_be_is_refused_before_anything_is_written(arguments, message, tmp_path, capsys):
    assert main(["plugin", "new", *arguments]) == (1 if message else 0)
    assert (message or "") in capsys.readouterr().err
    assert bool(list(tmp_path.iterdir())) == (message is None)


def test_a_new_plugin_passes_its_checks_before_it_is_installed(capsys):
    main(["plugin", "new", "vbg-ink", "--kind", "dataset"])
    assert main(["plugin", "check", "vbg-ink"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "dataset ink" in said
    assert said[-1].endswith(" passed")
    assert any(line.split()[:2] == ["ids_are_unique", "passed"] for line in said)


def test_a_broken_promise_is_told_and_the_other_checks_go_on(tmp_path, capsys):
    main(["plugin", "new", "vbg-ink", "--kind", "dataset"])
    code = tmp_path / "vbg-ink" / "vbg_ink" / "dataset.py"
    code.write_text(code.read_text().replace("id=name,", "id=label,"))
    assert main(["plugin", "check", "vbg-ink"]) == 1
    said = capsys.readouterr().out
    (failed,) = (line for line in said.splitlines() if line.startswith("ids_are_unique: "))
    assert "expected" in said.partition(failed)[2]
    assert said.splitlines()[-1] == f"{said.count(' failed  ')} failed, {said.count(' passed  ')} passed"


def test_an_installed_component_is_checked_by_its_name(capsys):
    assert main(["plugin", "check", "image_folder"]) == 0
    assert "dataset image_folder" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["vbg-nothing", "./empty", "."])
def test_what_cannot_be_found_is_said(capsys, tmp_path, name):
    (tmp_path / "empty").mkdir()
    assert main(["plugin", "check", name]) == 1
    assert f"no plugin or component '{name}' is installed, and no folder of that name holds" in capsys.readouterr().err


def test_a_folder_called_like_an_installed_plugin_does_not_hide_it(capsys, tmp_path):
    (tmp_path / "vbg_image_folder").mkdir()
    assert main(["plugin", "check", "vbg_image_folder"]) == 0
