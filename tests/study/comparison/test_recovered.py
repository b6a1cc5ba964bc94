"""Attribute recovery beside gain."""

import json
from dataclasses import replace

import pytest
from scipy.stats import spearmanr
from small_study import FORM, arm, make_study, plan

from vbg_framework.contracts.record import Task
from vbg_framework.report.quality import NO_BETTER
from vbg_framework.study.comparison.analysis import analyse
from vbg_framework.study.comparison.recovered import _spearman
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.plan import Trial
from vbg_framework.study.report.panels import view
from vbg_framework.study.report.publish import write_study_report

TASKS = (FORM, Task("glaze", classes=("blue", "green")), Task("kiln", classes=("a", "b", "c")))
NAMES = ("form", "glaze", "kiln")


def named(name, augmenter, **more):
    """An arm of its own name, with an augmenter that others may share."""
    made = arm("gan")
    return replace(made, name=name, options={**made.options, "augmenter": {"type": augmenter}, **more})


def study(root, arms, *, decide=NAMES, replicates=2):
    return make_study(root, plan(("none", *arms, "duplicate-gan"), replicates, tasks=decide), tasks=TASKS)


def measure(folder, name, replicate, figures):
    """Write what `quality.json` would say: task -> (recovery, of real pictures); of half the classes a tenth less."""
    counts = {"interval": [0.0, 1.0], "n": 20, "per_class": {}, "real_per_class": {}}
    both = {
        task: real and {"classes": 1, "n": 10, "generated": made - 0.1, "real": real}
        for task, (made, real) in figures.items()
    }
    recovery = {task: {"accuracy": made, "compared": both[task], **counts} for task, (made, _) in figures.items()}
    nothing = dict.fromkeys(("kid", "precision", "recall", "density", "coverage", "memorisation", "diversity", "texts"))
    size = {"records": 20, "images": 20, "train": 40, "held_out": 10}
    folder.run(Trial(name, replicate)).write_json(
        "quality.json", {"network": "cnn", "n": size, **nothing, "recovery": recovery, "notes": []}
    )


@pytest.fixture
def folder(tmp_path):
    found = study(tmp_path, (named("gan", "gan-a"), named("gan-10", "gan-a"), named("gan-other", "gan-b")))
    for replicate, shift in ((1, 0.0), (2, 0.1)):
        measure(found, "gan", replicate, {t: (0.3 * n + shift, 0.9) for n, t in enumerate(NAMES)})
    return found


def rows(folder):
    return {(row.arm, row.task): row for row in analyse(gather(folder)).recovery.rows}


def test_recovery_is_the_mean_over_runs_beside_that_of_real_pictures(folder):
    found = rows(folder)["gan", "glaze"]
    assert (found.recovery, found.generated, found.real) == pytest.approx((0.35, 0.25, 0.9))
    assert found.measured_in == "gan"


def test_gain_is_over_copies_and_where_nothing_was_copied_over_real_records(folder):
    analysis, found = analyse(gather(folder)), rows(folder)
    for name, question, control in (("gan", "copies", "duplicate-gan"), ("gan-10", "augmenters", "none")):
        assert found[name, "kiln"].control == control
        assert found[name, "kiln"].gain == analysis.answer(question, name, "kiln").difference.mean


def test_an_arm_with_the_same_augmenter_lends_its_measurement_and_another_does_not(folder):
    found = rows(folder)
    assert found["gan-10", "form"].measured_in == "gan"
    assert found["gan-10", "form"].recovery == found["gan", "form"].recovery
    assert (found["gan-other", "form"].measured_in, found["gan-other", "form"].recovery) == (None, None)
    shown = view(analyse(gather(folder)), gather(folder))["recovery"]["rows"]
    told = {(row["arm"], row["task"]): (row["recovery"], row["note"]) for row in shown}
    assert told["gan-10", "form"][1] == "measured in gan, same augmenter"
    assert told["gan-other", "form"] == ("not measured", "")


def test_rho_is_spearman_s_over_all_points_and_few_points_get_no_p(folder):
    found = analyse(gather(folder)).recovery
    both = [(row.recovery, row.gain) for row in found.rows if row.recovery is not None]
    assert found.points == len(both) == 6
    assert found.rho == pytest.approx(spearmanr(*zip(*both, strict=True)).statistic)
    assert found.p is None
    said = view(analyse(gather(folder)), gather(folder))["recovery"]["said"]
    assert "over 6 points (arms x tasks)" in said
    assert "with fewer than 8 there is no p" in said
    assert "not independent" in said


def test_nine_points_get_a_p_with_a_warning(folder):
    measure(folder, "gan-other", 1, {task: (0.2 + 0.2 * n, 0.9) for n, task in enumerate(NAMES)})
    found = analyse(gather(folder)).recovery
    both = [(row.recovery, row.gain) for row in found.rows]
    assert found.p == pytest.approx(spearmanr(*zip(*both, strict=True)).pvalue)
    assert "so p is too small" in view(analyse(gather(folder)), gather(folder))["recovery"]["said"]


@pytest.mark.parametrize("pairs", [[(0.1, 0.2), (0.3, 0.4)], [(0.5, 0.1), (0.5, 0.2), (0.5, 0.3)]])
def test_two_points_or_points_that_do_not_vary_have_no_rho(pairs):
    assert _spearman(pairs) == (None, None)


def test_without_measurements_there_is_no_such_panel(tmp_path):
    folder = study(tmp_path, (named("gan", "gan-a"),), replicates=1)
    assert analyse(gather(folder)).recovery is None
    measure(folder, "gan", 1, {"form": (0.5, None)})  # one point shows nothing
    assert analyse(gather(folder)).recovery is None
    write_study_report(folder)
    assert 'id="recovery"' not in (folder.path / "report.html").read_text(encoding="utf-8")


def test_real_pictures_without_a_figure_leave_a_gap(folder):
    for replicate in (1, 2):
        measure(folder, "gan", replicate, dict.fromkeys(NAMES, (0.5, None)))
    found = rows(folder)["gan", "form"]
    assert (found.recovery, found.generated, found.real) == (0.5, None, None)


def test_both_reports_and_the_summary_show_it(folder):
    write_study_report(folder)
    html = (folder.path / "report.html").read_text(encoding="utf-8")
    assert 'id="recovery"' in html
    assert ">glaze</text>" in html
    assert "measured in gan, same augmenter" in html
    assert NO_BETTER in html
    text = (folder.path / "REPORT.md").read_text()
    assert NO_BETTER in text
    assert "| gan | glaze | 0.350 | 0.250 | 0.900 |" in text
    assert "## Attribute recovery and gain" in text
    assert "| gan-other | glaze | not measured |" in text
    said = json.loads((folder.path / "summary.json").read_text())["recovery"]
    assert said["points"] == 6
