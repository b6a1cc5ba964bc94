import csv
import re

import pytest
from small_study import make_study, plan

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.report.supplement import write_supplement

ARMS = ("none", "gan", "duplicate-gan", "label-noise")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = make_study(tmp_path_factory.mktemp("supplement"), plan(ARMS, 5))
    out = folder.path.parent / "paper"
    return folder, write_supplement(analyse(gather(folder)), out), out


def test_it_writes_tables_and_plots(study):
    names = [file.name for file in study[1]]
    assert names == ["comparisons.csv", "comparisons.tex", "forest-1.pdf", "forest-1.svg"]
    assert (study[2] / "forest-1.pdf").read_bytes().startswith(b"%PDF")
    assert re.match('<svg[^>]* xmlns="http://www.w3.org/2000/svg"', (study[2] / "forest-1.svg").read_text())


def test_the_figures_are_those_of_the_analysis_in_points(study):
    folder, _, out = study
    analysis = analyse(gather(folder))
    with (out / "comparisons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    every = [(c, r.difference) for c in (*analysis.primary, *analysis.exploratory) for r in c.arms]
    assert len(rows) == len(every)
    for row, (comparison, d) in zip(rows, every, strict=True):
        assert (row["arm"], row["control"], row["metric"]) == (d.arm, d.control, comparison.metric)
        assert row["exploratory"] == ("yes" if comparison.exploratory else "no")
        assert row["difference"] == "" if d.mean is None else abs(float(row["difference"]) - 100 * d.mean) < 1e-4
        if d.interval:
            assert abs(float(row["low"]) - 100 * d.interval.low) < 1e-4


def test_every_planned_comparison_has_a_table(study):
    text = (study[2] / "comparisons.tex").read_text(encoding="utf-8")
    assert text.count(r"\caption{") == len(analyse(gather(study[0])).primary)
    assert "{duplicate-gan}" in text


def test_the_same_study_gives_the_same_bytes(study):
    folder, files, out = study
    again = write_supplement(analyse(gather(folder)), out.parent / "again")
    assert [file.read_bytes() for file in again] == [file.read_bytes() for file in files]


def test_a_folder_that_exists_is_left_alone(study):
    with pytest.raises(VBGError, match="exists already"):
        write_supplement(analyse(gather(study[0])), study[2])


def test_the_command_writes_it_beside_the_report(study, tmp_path, capsys):
    out = tmp_path / "for the paper"
    assert main(["report", str(study[0].path), "--supplement", str(out)]) == 0
    assert capsys.readouterr().out.split("\n")[1] == str(out / "comparisons.csv")


def test_a_run_has_none(tiny_run, tmp_path, capsys):
    assert main(["report", str(tiny_run.path), "--supplement", str(tmp_path / "out")]) == 1
    assert "--supplement: goes with a study" in capsys.readouterr().err
