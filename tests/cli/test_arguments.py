import logging

import pytest
from tiny import TINY

from vbg_framework.cli import main
from vbg_framework.cli.arguments import screen_of, telling
from vbg_framework.cli.run import RUNS


@pytest.mark.parametrize("line", ["-q list studies", "list studies -q", "data show -q x", "data -q show x"])
def test_the_options_of_every_command_may_stand_anywhere(line):
    from vbg_framework.cli import parser

    args = parser().parse_args(line.split())
    assert args.quiet
    assert screen_of(args).console is None
    assert screen_of(parser().parse_args(["list", "studies"])).console is not None


def test_exit_codes_are_those_that_are_documented(capsys, monkeypatch):
    assert main(["list", "studies"]) == 0
    assert main(["show", "nothing"]) == 1
    with pytest.raises(SystemExit, match="2"):
        main(["list", "nothing"])

    def press(path=None):
        raise KeyboardInterrupt

    monkeypatch.setattr("vbg_framework.config.registry.Registry.read", press)
    assert main(["list", "studies"]) == 130


def test_a_traceback_is_shown_where_it_is_asked_for(capsys):
    assert main(["show", "nothing", "--traceback"]) == 1
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.splitlines()[-1] == f"vbg: run: no run 'nothing' in {RUNS}. List them with: vbg runs."
    assert main(["show", "nothing"]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_verbose_shows_what_libraries_log(monkeypatch):
    from vbg_framework.cli import parser

    asked = []
    monkeypatch.setattr(logging, "basicConfig", lambda **options: asked.append(options["level"]))
    with telling(parser().parse_args(["list", "studies", "-v"])):
        assert asked == [logging.INFO]


def test_a_quiet_run_shows_its_results_and_keeps_all_in_its_log(capsys, tmp_path):
    options = ["--registry", str(TINY), "--runs", str(tmp_path), "--set", "train.steps=2", "-q"]
    assert main(["run", "tiny-text", *options]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Test ")
    (log,) = tmp_path.glob("tiny-text/*/run.log")
    kept = log.read_text()
    assert "Model  text bert" in kept
    assert "Training 2/2" in kept
    assert told.splitlines()[-1] in kept
    assert "Training 2/2" not in told
