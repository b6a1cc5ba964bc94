import os
import sys

import pytest

from vbg_framework.cli import main
from vbg_framework.config.plugins import FILES

PLUGIN = """
from vbg_framework import Component, Config, Dataset, Record, Task, hookimpl


class Cards(Dataset):
    tasks = [Task("kind")]

    def records(self):
        for number in range(12):
            yield Record(str(number), {"text": f"Card {number}"}, {"kind": ("bowl", "vase")[number % 2]})


@hookimpl
def vbg_components():
    return [Component("dataset", "my_cards", Config, "my_cards:Cards")]
"""


@pytest.fixture(autouse=True)
def _file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_cards.py").write_text(PLUGIN)
    yield
    sys.modules.pop("my_cards", None)


def test_a_command_sees_the_file_beside_the_installed_plugins_and_forgets_it(capsys):
    assert main(["plugin", "run-file", "my_cards.py", "components", "dataset"]) == 0
    said = capsys.readouterr().out
    assert "my_cards" in said
    assert "mini_museum" in said
    assert FILES not in os.environ
    main(["components", "dataset"])
    assert "my_cards" not in capsys.readouterr().out


@pytest.mark.parametrize(("name", "message"), [("lost.py", "no such file"), ("my-cards.py", "Call it like a module")])
def test_what_is_no_plugin_is_told(tmp_path, capsys, name, message):
    (tmp_path / "my-cards.py").write_text("")
    assert main(["plugin", "run-file", name, "components"]) == 1
    assert message in capsys.readouterr().err
