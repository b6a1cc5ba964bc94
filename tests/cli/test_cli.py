import os
import sys

import pytest

from vbg_framework.cli import main


def test_a_users_mistake_is_one_line_and_status_1(capsys):
    assert main(["check", "quickstrat"]) == 1
    message = capsys.readouterr().err
    assert message.startswith(
        "vbg: registry.yaml: unknown name 'quickstrat' in experiments. Did you mean 'quickstart'?"
    )
    assert "Traceback" not in message


def test_wrong_usage_is_status_2(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["fly"])
    assert stop.value.code == 2
    assert "invalid choice: 'fly'" in capsys.readouterr().err


def test_threads_spin_only_a_little_unless_the_user_wants_it(monkeypatch, capsys):
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    main(["check", "quickstart"])
    assert os.environ["GOMP_SPINCOUNT"] == "10000"
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    main(["check", "quickstart"])
    assert os.environ["GOMP_SPINCOUNT"] == "7"


def test_the_version_is_shown(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("vbg-framework ")


def test_a_plugin_that_exits_does_not_end_a_command_without_a_word(monkeypatch, capsys):
    monkeypatch.setattr("vbg_framework.cli.listing.session", lambda _: sys.exit(3))
    assert main(["check"]) == 1
    assert "vbg: vbg: a plugin ended the program (SystemExit: 3). Raised at " in capsys.readouterr().err


@pytest.mark.parametrize("error", [MemoryError(), ImportError("x.so: failed to map segment from shared object")])
def test_a_lack_of_memory_is_one_line(monkeypatch, capsys, error):
    def short(_):
        raise error

    monkeypatch.setattr("vbg_framework.cli.listing.session", short)
    assert main(["check"]) == 1
    assert capsys.readouterr().err.startswith("vbg: vbg: the memory is used up (")


def test_arguments_that_a_plugin_reads_are_explained_as_always(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["data", "download", "met", "--help"])
    assert stop.value.code == 0


@pytest.mark.parametrize("command", [["check"], ["runs"], ["data", "check", "x"], ["predict", "x", "y", "--out", "z"]])
def test_ctrl_c_is_status_130_in_every_command(monkeypatch, command):
    def pressed(*_):
        raise KeyboardInterrupt

    for place in ("config.registry.Registry.read", "base.run_folder.list_runs", "base.promotion.model_in_use"):
        monkeypatch.setattr(f"vbg_framework.{place}", pressed)
    assert main(command) == 130
