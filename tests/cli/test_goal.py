"""What a study is to find, from the command line; the pilot is made up."""

import re

import pytest
from study.small_study import make_study
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.cli.goal import Goal, enough, say_power
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.study.comparison.foresight import foresee
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.folder import list_studies
from vbg_framework.study.make import make_plan

SKILLS = {"more": 0.7, "duplicate-more": 0.62, "none": 0.55}


def planned(*sets):
    registry = Registry.read(TINY)
    registry.entries["studies"]["tiny-study"].pop("replicates")  # folds take its place
    return make_plan("tiny-study", registry, load_plugins(), sets)


@pytest.fixture(scope="module")
def pilot(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("pilot"), planned("replicates=6"), skills=SKILLS)


def test_a_pilot_tells_the_power_in_points_and_what_is_known_of_the_spread(pilot, capsys):
    results, plan = gather(pilot), planned("replicates=14")
    say_power(plan, Goal(0.8, results, None))
    _, header, *rows, power, by = capsys.readouterr().out.splitlines()
    assert header.split("  ")[-1].strip() == "0.80 from (95 %)"
    assert [row.split("  ")[1] for row in rows] == ["more - duplicate-more", "more - none"]
    least = max(each.smallest(14, 0.8) for each in foresee(plan, results))
    said = f"Power  finds {100 * least:.1f} points with probability 0.80 at 14 replicates in every comparison."
    assert power == said + " Largest: more - none."
    assert "corrected resampled t, at alpha / comparisons" in by
    low, value, high = (float(re.search(p, rows[0])[1]) for p in (r"\((\S+) to", r"6 +(\S+) \(", r"to (\S+)\)"))
    assert low < value < high


def test_what_no_number_of_replicates_finds_is_not_called_many(pilot, capsys):
    say_power(planned("replicates=14"), Goal(0.8, gather(pilot), 0.5))
    out = capsys.readouterr().out
    assert "none (none to none)" in out
    assert "no number of replicates finds it; more objects would" in out


def test_as_many_replicates_are_planned_as_the_effect_takes_in_every_comparison(pilot, capsys):
    goal, plan = Goal(0.8, gather(pilot), 8.0), planned()
    [said] = enough(plan, goal)
    count = int(said.removeprefix("replicates="))
    found = foresee(plan, goal.pilot)
    assert min(each.chance(0.08, count) for each in found) >= 0.8 > min(each.chance(0.08, count - 1) for each in found)
    say_power(planned(said), goal)
    assert "power for 8  replicates (95 %)" in capsys.readouterr().out


def test_auto_makes_a_plan_with_them(pilot, tmp_path, capsys):
    given = ["--replicates", "auto", "--effect", "8", "--pilot", str(pilot.path), "--commands"]
    assert main(["compare", "tiny-study", *given, "--registry", str(TINY), "--studies", str(tmp_path)]) == 0
    [study] = list_studies(tmp_path)
    assert enough(study.plan(), Goal(0.8, gather(pilot), 8.0)) == [f"replicates={len(study.plan().replicates)}"]
    assert "with probability 0.80 at" in capsys.readouterr().out


def test_of_folds_whole_repeats_are_planned(tmp_path):
    folds = "design={folds: 3, repeats: 2}"
    pilot = make_study(tmp_path, planned(folds), skills=SKILLS)
    [said] = enough(planned(folds), Goal(0.8, gather(pilot), 25.0))
    assert re.fullmatch(r"design\.repeats=\d+", said)


def test_an_effect_out_of_reach_and_an_arm_the_pilot_lacks_are_named(pilot):
    with pytest.raises(VBGError, match=r"100 replicates do not find 0\.1 points in more - .* They find \d+\.\d points"):
        enough(planned(), Goal(0.8, gather(pilot), 0.1))
    other = planned("arms.less={augmenter: copies, loop: {copies: false, verify: null, count: 4, quality: false}}")
    with pytest.raises(VBGError, match=r"the pilot has 0 pairs of less - duplicate-less in macro_f1 of form"):
        enough(other, Goal(0.8, gather(pilot), 8.0))


def test_one_replicate_has_no_power_and_without_a_pilot_it_is_told_in_standard_deviations(capsys):
    say_power(planned("replicates=1"), Goal(0.8, None, None))
    assert capsys.readouterr().out == "Power  none: one replicate has no spread. Set `replicates` to 2 or more.\n"
    say_power(planned("design={draws: 3}", "replicates=5"), Goal(0.8, None, None))
    assert capsys.readouterr().out.startswith("Power  0.27 for an effect of one standard deviation")
    say_power(planned("design={folds: 5, repeats: 1}"), Goal(0.8, None, None))
    assert capsys.readouterr().out.startswith("Power  0.21 for an effect")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--replicates", "auto", "--effect", "2"], "--replicates auto: needs the effect to be found, and a pilot"),
        (["--pilot", "x"], "--pilot: goes with --dry-run or --replicates auto"),
        (["--dry-run", "--effect", "2"], "beside --pilot, got 2"),
        (["--dry-run", "--pilot", "x", "--effect", "-2"], "above 0 and below 100"),
        (["--dry-run", "--power", "80"], "--power: must be at least 0.5 and below 1, got 80"),
        (["--dry-run", "--pilot", "nobody"], "no study 'nobody'"),
    ],
)
def test_a_goal_that_cannot_be_is_one_line(tmp_path, capsys, given, told):
    assert main(["compare", "tiny-study", *given, "--registry", str(TINY), "--studies", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert len(said.strip().splitlines()) == 1
