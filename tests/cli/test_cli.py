import os

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
