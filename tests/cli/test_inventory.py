import json
import re
import shutil
from pathlib import Path

import pytest

from vbg_framework.cli import main
from vbg_framework.cli.inventory import LISTS
from vbg_framework.config.registry import Registry

DOCS = Path(__file__).parents[2] / "docs" / "commands.md"


def listed(capsys, *arguments):
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def runs(tiny_run, tmp_path):
    """A folder with a run that was measured and one that was damaged since."""
    for name in ("bad", "good"):
        shutil.copytree(tiny_run.path, tmp_path / "tiny" / name)
    (tmp_path / "tiny" / "bad" / "metrics.json").write_text('{"test": {"form"')
    return tmp_path


def test_every_shipped_experiment_and_study_is_described(capsys):
    for what, key in (("experiments", "experiment"), ("studies", "study")):
        found = listed(capsys, "list", what)
        assert [each[key] for each in found] == [*Registry.read().entries[what]]
        assert all(each["description"] for each in found)


def test_lists_are_tables_with_a_line_each(capsys):
    assert main(["list", "datasets"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["dataset", "type", "path"]
    assert any(row.split() == ["mini-museum", "mini_museum", "-"] for row in rows)


def test_components_may_be_those_of_a_kind(capsys):
    found = listed(capsys, "list", "components", "fusion")
    assert {each["kind"] for each in found} == {"fusion"}
    assert all(each["description"] for each in found)
    assert main(["list", "components", "fusions"]) == 1
    assert "Did you mean 'fusion'?" in capsys.readouterr().err


def test_runs_are_listed_with_their_scores_in_both_ways(capsys, runs):
    found = listed(capsys, "list", "runs", "tiny", "--runs", str(runs))
    assert [(each["run"], each["state"]) for each in found] == [("tiny/bad", "unreadable"), ("tiny/good", "finished")]
    assert set(found[1]["test_macro_f1"]) == {"form", "glaze"}
    assert listed(capsys, "runs", "tiny", "--runs", str(runs)) == found
    assert listed(capsys, "list", "runs", "other", "--runs", str(runs)) == []


def test_the_keys_of_the_json_are_documented(capsys, runs):
    rows = dict(re.findall(r"^\| `vbg ([\w ]+)`.*?\| (.*) \|$", DOCS.read_text(), flags=re.MULTILINE))
    shown = [["plugins"], ["check"], ["check", "quickstart"], ["show", "tiny/good"]]
    for command in [["list", what] for what in LISTS] + shown:
        more = ["--runs", str(runs)] if command[-1] in ("runs", "tiny/good") else []
        found = listed(capsys, *command, *more)
        told = rows[" ".join(command) if command[0] == "list" else command[0]]
        assert not [key for key in (found[0] if isinstance(found, list) else found) if f"`{key}`" not in told]


def test_a_description_is_one_line_and_is_not_inherited(capsys, tmp_path):
    (tmp_path / "r.yaml").write_text(
        "version: 1\nexperiments:\n  one: {extends: quickstart, description: 7}\n  two: {extends: quickstart}\n"
        '  three: {extends: quickstart, description: "a\\nb"}\n'
    )
    registry = ["--registry", str(tmp_path / "r.yaml")]
    assert main(["check", *registry]) == 1
    told = capsys.readouterr().out
    assert "experiments.one.description" in told
    assert "experiments.three.description" in told
    assert listed(capsys, "list", "experiments", *registry)[-2] == {"experiment": "two", "description": ""}
