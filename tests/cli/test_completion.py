import subprocess

import pytest

from vbg_framework.cli import main


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_learns_commands_and_options(capsys, shell):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "experiments" in script
    assert "--traceback" in script


def test_bash_can_read_it(capsys):
    main(["completion", "bash"])
    assert subprocess.run(["bash", "-n"], input=capsys.readouterr().out, text=True).returncode == 0
