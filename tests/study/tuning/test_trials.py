"""The trials of an arm, for real at the smallest size: titles of pots, TF-IDF and a logistic regression."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tiny import TINY

from vbg_framework.base.errors import Interrupted, VBGError
from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.yaml_file import dump_yaml, read_yaml
from vbg_framework.cli import main
from vbg_framework.config.environment import environment
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.screen import Screen
from vbg_framework.study.comparison.deviations import deviations
from vbg_framework.study.comparison.results import gather
from vbg_framework.study.engines.perform import perform
from vbg_framework.study.folder import StudyFolder, list_studies
from vbg_framework.study.make import make_plan
from vbg_framework.study.plan import Trial
from vbg_framework.study.tuning import trials as module

pytestmark = pytest.mark.slow
pytest.importorskip("optuna", reason="Optuna is not installed: uv sync --group full")

WORDS = {"jug": "handle spout neck", "bowl": "wide open rim", "plate": "flat rim wide"}
REGISTRY = """
version: 1
datasets:
  pots: {{type: table, path: {path}, id: id, text: [title], targets: {{kind: kind}}, split: part}}
experiments:
  pots-model:
    data: pots
    tasks: [kind]
    split: {{use: given}}
    encoders: {{text: {{type: tfidf, min_df: 1, max_features: 200}}}}
    classifier: {{type: logistic_regression}}
studies:
  pots-study:
    experiment: pots-model
    split: fixed
    arms:
      plain: {{}}
      weighted: {{classifier: {{class_weights: balanced}}}}
    reference: plain
    controls: []
    replicates: 2
    tune:
      trials: 4
      metric: log_loss
      space: {{classifier.c: {{low: 0.001, high: 100, log: true}}}}
      arms: {{weighted: {{classifier.standardise: [true, false]}}}}
"""
PLAIN, WEIGHTED, LATER = Trial("plain", 1), Trial("weighted", 1), Trial("plain", 2)


def rows(shuffled=()):
    """120 pots; the labels of one part may be given to others of that part."""
    draw, swap = random.Random(0), random.Random(1)
    parts = ["train"] * 60 + ["validation"] * 30 + ["test"] * 30
    kinds = [[*WORDS][n % 3] for n in range(len(parts))]
    titles = [" ".join(draw.choices([*WORDS[kind].split(), "old", "red", "small", "wide"], k=4)) for kind in kinds]
    for part in shuffled:
        places = [n for n, each in enumerate(parts) if each == part]
        given = [kinds[n] for n in places]
        swap.shuffle(given)
        for n, kind in zip(places, given, strict=True):
            kinds[n] = kind
    return [f"{n},{titles[n]},{kinds[n]},{parts[n]}" for n in range(len(parts))]


def study(place, shuffled=(), *sets):
    place.mkdir(parents=True, exist_ok=True)
    (place / "pots.csv").write_text("\n".join(["id,title,kind,part", *rows(shuffled), ""]))
    (place / "registry.yaml").write_text(REGISTRY.format(path=place / "pots.csv"))
    plugins = load_plugins()
    plan = make_plan("pots-study", Registry.read(place / "registry.yaml"), plugins, sets)
    return StudyFolder.create(place / "studies", plan, environment(plugins)), plugins


def told(folder, trial=PLAIN):
    """What was tried and found, without the time it took."""
    lines = read_lines(folder.tuning(trial).path / "trials.jsonl")
    return [{key: value for key, value in line.items() if key != "seconds"} for line in lines]


def run(folder, plugins, *trials):
    for trial in trials:
        perform(folder, trial, plugins, Screen())
    return folder


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    """The first replicate of both arms, finished."""
    folder, plugins = study(tmp_path_factory.mktemp("pots"))
    return run(folder, plugins, PLAIN, WEIGHTED), plugins


def test_every_arm_gets_its_trials_and_is_compared_with_the_best_of_them(tuned):
    folder, _ = tuned
    for trial in (PLAIN, WEIGHTED):
        found = told(folder, trial)
        assert len(found) == 4
        best = min(found, key=lambda each: each["score"])  # of the log loss, less is better
        classifier = folder.run(trial).config()["experiment"]["classifier"]
        assert {key: classifier[key.removeprefix("classifier.")] for key in best["params"]} == best["params"]
    assert {*told(folder, WEIGHTED)[0]["params"]} == {"classifier.c", "classifier.standardise"}


def test_the_score_of_the_best_trial_is_that_of_the_run_on_validation(tuned):
    folder, _ = tuned
    for trial in (PLAIN, WEIGHTED):
        scores = folder.run(trial).read_json("metrics.json")["validation"]["kind"]
        assert scores["log_loss"] == pytest.approx(min(each["score"] for each in told(folder, trial)), rel=1e-9)


def test_labels_of_the_test_part_change_neither_a_trial_nor_what_is_chosen(tuned, tmp_path):
    folder, _ = tuned
    other = run(*study(tmp_path / "other", ["test"]), PLAIN, WEIGHTED)
    for trial in (PLAIN, WEIGHTED):
        assert told(other, trial) == told(folder, trial)
        one, two = (each.run(trial).read_json("metrics.json") for each in (folder, other))
        assert one["validation"] == two["validation"]
        assert one["test"] != two["test"]
    seen = run(*study(tmp_path / "seen", ["validation"]), PLAIN)
    assert [each["score"] for each in told(seen)] != [each["score"] for each in told(folder)]


def test_a_trial_is_not_even_asked_about_test_records(tmp_path, monkeypatch):
    left = []

    def spied(run, *rest, **more):
        found = execute(run, *rest, **more)
        left.append(({path.name for path in run.path.iterdir()}, run.read_json("metrics.json")))
        return found

    execute = module.execute
    monkeypatch.setattr(module, "execute", spied)
    folder = run(*study(tmp_path, (), "tune.trials=2"), PLAIN)
    assert len(left) == 2
    for files, metrics in left:
        assert "test" not in metrics
        assert not files & {"predictions.parquet", "mistakes.parquet", "report.html"}
    assert [path.name for path in folder.tuning(PLAIN).path.iterdir() if path.is_dir()] == []


def test_the_same_plan_tries_and_chooses_the_same(tuned, tmp_path):
    folder, _ = tuned
    assert told(run(*study(tmp_path), PLAIN)) == told(folder)


@pytest.mark.parametrize("at", [0, 2])
def test_a_search_that_is_stopped_goes_on_where_it_was(tuned, tmp_path, monkeypatch, at):
    folder, plugins = study(tmp_path)
    execute, begun = module.execute, []

    def stopped(run, *rest, **more):
        begun.append(run.path.name)
        if len(begun) == at + 1:
            raise Interrupted("pots-study", "was stopped")
        return execute(run, *rest, **more)

    monkeypatch.setattr(module, "execute", stopped)
    with pytest.raises(Interrupted):
        perform(folder, PLAIN, plugins, Screen())
    file = folder.tuning(PLAIN).path / "trials.jsonl"
    kept = file.read_bytes()
    file.write_bytes(kept + b'{"params": {"classi')  # a line cut short
    perform(folder, PLAIN, plugins, Screen())
    assert file.read_bytes().startswith(kept)
    assert begun == [f"{n:02d}" for n in [*range(1, at + 2), *range(at + 1, 5)]]
    assert told(folder) == told(tuned[0])


def test_replicates_with_the_same_test_objects_share_their_trials(tuned, monkeypatch):
    folder, plugins = tuned
    monkeypatch.setattr(module, "propose", lambda *_, **__: pytest.fail("was tuned again"))
    perform(folder, LATER, plugins, Screen())
    chosen = [folder.run(each).config()["experiment"]["classifier"] for each in (PLAIN, LATER)]
    assert chosen[0] == chosen[1]
    found = gather(folder)
    assert found.runs[PLAIN].tuning_seconds == pytest.approx(sum(t["seconds"] for t in found.runs[PLAIN].trials) / 2)
    assert [each for each in deviations(found) if "than planned" in each] == []


def test_a_run_does_not_begin_before_the_one_where_its_arm_is_tuned(tmp_path):
    folder, plugins = study(tmp_path)
    with pytest.raises(VBGError, match=r"plain/02: its options are chosen in plain/01, which is not finished"):
        perform(folder, LATER, plugins, Screen())


def test_values_that_were_tried_before_cost_nothing_and_count_as_a_trial(tmp_path):
    folder = run(*study(tmp_path, (), "tune.trials=5", "tune.space={classifier.c: [0.1, 1]}"), PLAIN)
    lines = read_lines(folder.tuning(PLAIN).path / "trials.jsonl")
    assert len(lines) == 5
    assert sum(line["seconds"] > 0 for line in lines) == len({json.dumps(line["params"]) for line in lines}) <= 2


def test_a_trial_that_fails_is_told_with_what_was_tried(tmp_path, monkeypatch):
    folder, plugins = study(tmp_path)

    def failing(*_, **__):
        raise VBGError("classifier", "is out of clay", "Buy some.")

    monkeypatch.setattr(module, "execute", failing)
    with pytest.raises(
        VBGError, match=r"plain/01: trial 1: failed with classifier.c [\d.]+ \(classifier: is out of clay"
    ):
        perform(folder, PLAIN, plugins, Screen())


def test_a_score_that_cannot_be_measured_is_told(tmp_path):
    folder, plugins = study(tmp_path)
    search = module._Search(folder.plan(), PLAIN, {"metric": "map"}, module.Copied(), plugins, Screen())
    with pytest.raises(
        VBGError, match=r"plain/01: tuning: map of kind cannot be measured on validation, got 3 records"
    ):
        search._score({"validation": {"kind": {"n": 3, "map": None}}, "data": {}})


def test_a_study_that_is_not_tuned_leaves_no_trace_of_tuning(tmp_path):
    folder = run(*study(tmp_path, (), "tune=null"), PLAIN)
    assert not (folder.path / "tuning").exists()
    assert all("tune" not in arm for arm in folder.read_json("plan.json")["arms"])


def test_the_example_of_the_documentation_runs(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "compare-augmenters.md").read_text(encoding="utf-8")
    [block] = [each for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "my-tuned:" in each]
    (tmp_path / "registry.yaml").write_text(block)
    plugins, registry = load_plugins(), Registry.read(tmp_path / "registry.yaml")
    plan = make_plan("my-tuned", registry, plugins, ["replicates=1"])
    folder = run(StudyFolder.create(tmp_path, plan, {}), plugins, Trial("feature-transfer", 1), Trial("none", 1))
    assert [len(told(folder, Trial(name, 1))) for name in ("feature-transfer", "none")] == [4, 4]
    assert {*told(folder, Trial("feature-transfer", 1))[0]["params"]} == {"classifier.c", "augmenter.strength"}


def test_a_tuned_study_goes_from_plan_to_report_and_copies_share_the_mix_that_was_chosen(tmp_path, capsys):
    whole = read_yaml(TINY)
    more = {**whole["studies"]["tiny-study"]["arms"]["more"], "mix": {"policy": "ratio", "share": 0.2}}
    tune = {"trials": 2, "space": {"train.learning_rate": [0.001, 0.01]}, "arms": {"more": {"mix.share": [0.4, 0.5]}}}
    tuned = {**whole["studies"]["tiny-study"], "arms": {"more": more}, "replicates": 1, "tune": tune}
    (tmp_path / "own.yaml").write_text(dump_yaml({**whole, "studies": {"tuned": tuned}}))
    arguments = ["compare", "tuned", "--registry", str(tmp_path / "own.yaml"), "--studies", str(tmp_path)]
    assert main(arguments) == 0
    assert (
        "Tuned  2 trials per arm and division of the data, by macro_f1 on validation: 6 fits" in capsys.readouterr().out
    )
    [folder] = list_studies(tmp_path)
    mix, copied = (folder.run(Trial(name, 1)).config()["experiment"]["mix"] for name in ("more", "duplicate-more"))
    assert mix == copied
    assert mix["share"] in (0.4, 0.5)
    results = gather(folder)
    assert not [each for each in deviations(replace(results, excluded=())) if "than planned" in each]
