"""`vbg compare`."""

import pytest
from tiny import TINY

from vbg_framework.cli import main
from vbg_framework.study.folder import list_studies


@pytest.fixture
def compare(tmp_path, capsys):
    def call(*arguments):
        status = main(["compare", *arguments, "--registry", str(TINY), "--studies", str(tmp_path)])
        told = capsys.readouterr()
        return status, told.out + told.err

    return call


def test_a_dry_run_tells_plan_cost_and_power_and_leaves_nothing(compare, tmp_path):
    status, told = compare("tiny-study", "--dry-run")
    assert status == 0
    assert "tiny-study: 3 arms x 2 replicates = 6 runs; equal optimiser steps." in told
    for line in (
        "duplicate-more  control",
        "Decides macro_f1 of form",
        "Hash   ",
        "Cost   about ",
        "Power  0.",
        "In points: ",
    ):
        assert line in told
    assert not list_studies(tmp_path)


def test_commands_make_a_plan_and_can_be_run_one_by_one(compare, tmp_path):
    _, told = compare("tiny-study", "--commands", "--set", "replicates=1")
    commands = [line.split()[2:] for line in told.splitlines() if line.startswith("vbg compare")]
    assert [command[3] for command in commands if "--only" in command] == ["more/01", "none/01", "duplicate-more/01"]
    for command in commands[:-1]:
        assert main(["compare", *command]) == 0
    [study] = list_studies(tmp_path)
    assert len(list(study.path.rglob("gates.json"))) == 3
    assert main(["compare", *commands[-1]]) == 0
    assert (study.path / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tiny-studdy"], "Did you mean 'tiny-study'"),
        (["tiny-study", "--set", "replicates=0"], "studies.tiny-study.replicates"),
        (["tiny-study", "--resume"], "no study 'tiny-study'"),
        (["tiny-study", "--resume", "--set", "replicates=3"], "--resume continues the plan as it is"),
        (["tiny-study", "--only", "more/01"], "--only goes with --resume"),
        (["tiny-study", "--resume", "--pilot", "x"], "--pilot: is for a study that has not begun"),
    ],
)
def test_a_mistake_is_one_line(compare, arguments, told):
    status, said = compare(*arguments)
    assert status == 1
    assert told in said
    assert len(said.strip().splitlines()) == 1


def test_a_run_nobody_knows_is_named(compare):
    compare("tiny-study", "--commands")
    status, told = compare("tiny-study", "--resume", "--only", "mor/01")
    assert (status, "--only: no run 'mor/01' in this study. Did you mean 'more/01'" in told) == (1, True)
