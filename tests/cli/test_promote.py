import pytest
from study.small_study import make_runs

from vbg_framework.base.promotion import model_in_use, promotions
from vbg_framework.cli import main


@pytest.fixture
def runs(tmp_path):
    """One experiment with a good run and then a bad one."""
    root = make_runs(tmp_path, {"exp": 0.9, "bad": 0.3}, replicates=1)
    (root / "bad" / "id-1").rename(root / "exp" / "id-2")
    return root


def test_a_worse_run_is_refused_unless_forced(runs, capsys):
    assert main(["promote", "exp/id-2", "--runs", str(runs)]) == 1
    said = capsys.readouterr()
    assert "exp/id-2: is worse than exp/id-1, the model in use, in form, beyond chance" in said.err
    assert said.out.splitlines()[1].split()[:3] == ["task", "records", "objects"]
    assert model_in_use(runs, "exp").run.path.name == "id-1"
    assert main(["promote", "exp/id-2", "--runs", str(runs), "--force"]) == 0
    assert "Warn   form:" in capsys.readouterr().out
    assert model_in_use(runs, "exp").run.path.name == "id-2"
    (entry,) = promotions(runs, "exp")
    assert (entry["before"], entry["forced"], entry["compared"][0]["task"]) == ("id-1", True, "form")


def test_a_better_run_becomes_the_model(runs, capsys):
    main(["promote", "exp/id-2", "--runs", str(runs), "--force"])
    assert main(["promote", "exp/id-1", "--runs", str(runs)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Model  exp/id-1 is now the model of exp")


def test_the_model_in_use_may_be_promoted_without_a_comparison(runs, capsys):
    assert main(["promote", "exp/id-1", "--runs", str(runs)]) == 0
    assert capsys.readouterr().out.count("\n") == 1
