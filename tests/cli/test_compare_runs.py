import argparse

import pytest
from study.small_study import make_runs

from vbg_framework.base.errors import VBGError
from vbg_framework.cli.compare_runs import add


@pytest.fixture
def runs(tmp_path):
    return make_runs(tmp_path, {"none": 0.5, "gan": 0.75}, replicates=3)


def call(*arguments):
    top = argparse.ArgumentParser()
    add(top.add_subparsers(), argparse.ArgumentParser(add_help=False))
    args = top.parse_args(["compare-runs", *map(str, arguments)])
    return args.command(args)


def test_it_prints_a_table_and_says_that_it_is_exploratory(runs, capsys):
    assert call("none", "gan", "--runs", runs) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "macro_f1 of form, test split"
    assert lines[1].split()[:4] == ["experiment", "runs", "mean", "pairs"]
    assert lines[2].split()[:2] == ["none", "3"]
    assert lines[2].split()[-1] == "control"
    assert lines[3].split()[:2] == ["gan", "3"]
    assert lines[-1].startswith("Exploratory: ")


def test_two_runs_are_compared_on_the_records_that_both_tested(runs, capsys, tmp_path):
    assert call("none/id-1", "gan/id-1", "--runs", runs, "--out", tmp_path / "pair.md") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "macro_f1: none/id-1, then gan/id-1, on the test records of both"
    assert lines[1].split()[:5] == ["task", "records", "objects", "before", "after"]
    task, records, objects, before, after, *_ = lines[2].split()
    assert (task, int(records) >= int(objects) > 10, float(after) > float(before)) == ("form", True, True)
    assert "| form |" in (tmp_path / "pair.md").read_text(encoding="utf-8")


def test_it_writes_the_same_as_markdown(runs, capsys, tmp_path):
    call("none", "gan", "--runs", runs, "--metric", "accuracy", "--out", tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert text.startswith("# accuracy of form, test split\n\nExploratory: ")
    assert "| none | 3 |" in text
    assert "| gan | 3 |" in text


def test_the_run_that_is_not_there_is_named(runs):
    with pytest.raises(VBGError, match="no run 'gan/nobody' in"):
        call("none/id-1", "gan/nobody", "--runs", runs)
