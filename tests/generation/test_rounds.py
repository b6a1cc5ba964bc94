"""The generation-feedback-optimisation loop, on real small runs."""

import errno
import json
import signal
import time
from dataclasses import replace

import pytest
import torch
import warm
from safetensors.torch import load_file
from tiny import TINY
from vbg_duplicate.augmenter import Duplicate

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.run_folder import RunFolder, list_runs
from vbg_framework.generation import rounds as module
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.round_reports import RoundReports
from vbg_framework.generation.shared import SharedPool
from vbg_framework.generation.verification.verifier import Verifier
from vbg_framework.learning import train as training

pytestmark = pytest.mark.slow

SHORT = ["train.steps=4", "train.evaluate_every=2"]


def run(folder, *sets, name="tiny-copies"):
    return vbg_framework.run(name, registry=TINY, runs=folder, sets=[*SHORT, *sets])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Two rounds of copies, uninterrupted."""
    return run(tmp_path_factory.mktemp("runs"))


def timeless(found: RunFolder) -> list:
    return [{**report, "seconds": sorted(report["seconds"])} for report in found.read_json("rounds.json")]


def same(one: RunFolder, other: RunFolder) -> bool:
    mine, theirs = (load_file(found.path / "model" / "model.safetensors") for found in (one, other))
    files = [(found.path / "synthetic" / "samples.jsonl").read_bytes() for found in (one, other)]
    return (
        all(torch.equal(mine[name], theirs[name]) for name in mine | theirs)
        and files[0] == files[1]
        and timeless(one) == timeless(other)
    )


def test_a_run_leaves_its_rounds_and_its_records(finished):
    reports = finished.read_json("rounds.json")
    assert [report["round"] for report in reports] == [1, 2]
    assert sum(reports[0]["asked"].values()) == sum(reports[0]["kept"].values()) == 20
    assert 0 <= reports[0]["score"] <= 1
    assert reports[1]["score"] is None  # the last round's classifier is the run's, judged on validation and test
    samples = read_lines(finished.path / "synthetic" / "samples.jsonl")
    assert {sample["id"][:6] for sample in samples} == {"SYN_2_"}
    assert all((finished.path / "synthetic" / sample["image"]).is_file() for sample in samples if sample["image"])
    assert not list(finished.path.rglob("checkpoints"))
    generated = finished.read_json("metrics.json")["generated"]
    assert (generated["task"], generated["used_round"], generated["records"]) == ("form", 2, len(samples))


def test_a_run_says_what_fitting_and_generating_took(finished, tmp_path):
    generated = finished.read_json("metrics.json")["generated"]
    assert generated["fit_memory"] > 50
    assert generated["generate_memory"] > 50
    assert generated["fit_device"] == generated["generate_device"]
    pools = [Pool(finished.path / "synthetic" / f"round-{n}", f"SYN_{n}_") for n in (1, 2)]
    assert generated["generate_seconds"] == pytest.approx(sum(pool.cost().seconds for pool in pools))
    kept = sum(len(pool.kept()) for pool in pools)
    assert generated["seconds_per_1000"] == pytest.approx(1000 * generated["generate_seconds"] / kept, abs=0.01)
    for pool, report in zip(pools, finished.read_json("rounds.json"), strict=True):
        assert report["seconds"]["generate"] == pytest.approx(pool.cost().seconds, abs=0.006)


def test_a_round_from_the_cache_cost_what_making_it_did(finished, tmp_path):
    again = run(tmp_path)
    assert Pool(again.path / "synthetic" / "round-1", "SYN_1_").cost() == Pool(
        finished.path / "synthetic" / "round-1", "SYN_1_"
    ).cost()  # fmt: skip


def test_a_round_nobody_kept_account_of_has_no_cost_rather_than_none_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(Pool, "cost", lambda self: None)
    found = run(tmp_path, "loop.rounds=1")
    assert found.read_json("rounds.json")[0]["seconds"] == {"generate": None}
    assert "generate_seconds" not in found.read_json("metrics.json")["generated"]


def test_validation_and_test_are_what_they_are_without_an_augmenter(finished, tiny_run):
    with_, without = (found.read_json("metrics.json")["data"]["counts"] for found in (finished, tiny_run))
    assert with_ == without
    tables = [(found.path / "predictions.parquet").read_bytes() for found in (finished, tiny_run)]
    assert b"SYN_" not in tables[0]


def test_every_round_trains_its_classifier_from_scratch_at_equal_steps(finished):
    curves = [RunFolder(finished.path / place).lines() for place in ("rounds/1", ".")]
    assert [line["step"] for line in curves[0]] == [line["step"] for line in curves[1]]


def test_the_same_seed_gives_the_same_rounds(finished, tmp_path):
    assert same(run(tmp_path), finished)


def test_what_real_records_do_not_confirm_is_dropped_in_every_round(tmp_path):
    found = run(tmp_path, "loop.verify=drop", "loop.unjudged=fill", "loop.tries=1")
    judge, reports = found.read_json("judge.json"), found.read_json("rounds.json")
    assert set(judge) == {"image", "text"}
    forms = judge["image"]["tasks"]["form"]
    assert {"recall", "lets_through", "least", "records", "judges"} == set(next(iter(forms.values())))
    for report in reports:
        kept, lost = sum(report["kept"].values()), sum(sum(counts.values()) for counts in report["dropped"].values())
        assert kept + lost == sum(report["asked"].values())
    assert all("diversity" in report for report in reports)
    assert not (run(tmp_path, "loop.verify=null").path / "judge.json").exists()


def test_soft_labels_stand_in_the_samples_and_change_training(tmp_path, monkeypatch):
    monkeypatch.setattr(Verifier, "_shown", lambda self, record, heard: {"form": record.targets["form"]})
    sets = ["loop.rounds=1", "loop.verify=drop", "loop.unjudged=fill", "tasks=[form, period]"]
    soft, hard = (run(tmp_path / way, *sets, f"loop.unconfirmed={way}") for way in ("soft", "missing"))
    told, missing = (read_lines(each.path / "synthetic" / "samples.jsonl") for each in (soft, hard))
    assert {name for each in told for name in each["targets"]} == {"form"}
    assert told
    assert all(sum(each["soft"]["period"].values()) == pytest.approx(1, abs=1e-4) for each in told)
    assert not any("soft" in each for each in missing)
    one, other = (load_file(each.path / "model" / "model.safetensors") for each in (soft, hard))
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_an_augmenters_own_soft_labels_stand_in_the_samples_and_change_training(tmp_path, monkeypatch):
    sets, make = ["loop.rounds=1", "tasks=[form]", "loop.verify=null"], Duplicate.generate

    def between(self, requests, train, *, seed):
        for record in make(self, requests, train, seed=seed):
            own = record.targets["form"]
            yield replace(record, soft={"form": {own: 0.7, "bowl" if own != "bowl" else "vase": 0.3}})

    hard = run(tmp_path / "hard", *sets)
    with monkeypatch.context() as patch:
        patch.setattr(SharedPool, "bring", lambda *_: False)  # the same augmenter, as far as the cache knows
        patch.setattr(SharedPool, "keep", lambda *_: None)
        patch.setattr(Duplicate, "generate", between)
        soft = run(tmp_path / "soft", *sets)
    told = read_lines(soft.path / "synthetic" / "samples.jsonl")
    assert told
    assert all(each["soft"]["form"][each["targets"]["form"]] == 0.7 for each in told)
    one, other = (load_file(each.path / "model" / "model.safetensors") for each in (soft, hard))
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_recall_lowers_the_next_quota(tmp_path, monkeypatch):
    def measured(self, trained):
        return {"recall": dict.fromkeys(self.supply.real, None) | {"ewer": 1.0}, "score": 0.5}

    monkeypatch.setattr(module.Rounds, "_measured", measured)
    first, second = run(tmp_path, "loop.count=null", "mix={policy: concat}").read_json("rounds.json")
    assert first["asked"]["ewer"] > 0
    assert "ewer" not in second["asked"]


def test_accumulated_rounds_are_added_up(tmp_path):
    found = run(tmp_path, "loop.keep=accumulate")
    samples = read_lines(found.path / "synthetic" / "samples.jsonl")
    assert [sample["image"][:7] for sample in samples] == ["round-1"] * 20 + ["round-2"] * 20


def test_it_stops_when_rounds_no_longer_help(tmp_path, monkeypatch):
    scores = iter([0.5, 0.4, 0.6])
    monkeypatch.setattr(module, "mean_over_tasks", lambda *_: next(scores))
    found = run(tmp_path, "loop.rounds=4", "loop.patience=1")
    assert [report["round"] for report in found.read_json("rounds.json")] == [1, 2]
    assert found.read_json("metrics.json")["generated"]["used_round"] == 1


def seen_by_training(folder, monkeypatch, *sets):
    """The numbers of generated and of all records in the batches of the last training, and the run."""
    counts = []
    step = training._step

    def counting(model, optimiser, batches, *rest):
        counts.append((int(batches[0]["synthetic"].sum()), len(batches[0]["index"])))
        return step(model, optimiser, batches, *rest)

    monkeypatch.setattr(training, "_step", counting)
    run(folder, "loop.rounds=1", "train.batch_size=30", *sets)
    return [sum(column) for column in zip(*counts, strict=True)]


@pytest.mark.parametrize(
    ("mix", "expected"),
    [
        ("{policy: concat}", (0.2, 0.6)),
        ("{policy: ratio, share: 0.1}", (0.01, 0.2)),
        ("{policy: synthetic_only}", (1, 1)),
        ("{policy: replace, probability: 0.5}", (0.2, 0.8)),
        ("{policy: fill_to, count: 8}", (0.3, 0.7)),
    ],
)
def test_each_policy_mixes_as_it_says(mix, expected, tmp_path, monkeypatch):
    made, total = seen_by_training(tmp_path, monkeypatch, f"mix={mix}")
    assert expected[0] <= made / total <= expected[1]


def test_the_weight_of_generated_records_changes_training(finished, tmp_path):
    assert not same(run(tmp_path, "mix.weight=0.1"), finished)


def interrupt(monkeypatch, target, name, calls):
    """Have one method of the program fail at its so many-th call."""
    original, count = getattr(target, name), [0]

    def failing(*arguments, **options):
        count[0] += 1
        if count[0] == calls:
            raise KeyboardInterrupt
        return original(*arguments, **options)

    monkeypatch.setattr(target, name, failing)


@pytest.mark.parametrize(
    ("target", "name", "calls"),
    [
        (Pool, "add", 1),  # in the first round's generation
        (training, "_step", 3),  # in the first round's training
        (RoundReports, "tell", 1),  # after it
        (Pool, "add", 2),  # in the second round's generation
        (training, "_step", 7),  # in the last training
    ],
)
def test_an_interrupted_run_ends_like_an_uninterrupted_one(finished, tmp_path, monkeypatch, target, name, calls):
    monkeypatch.setattr(SharedPool, "bring", lambda *_: False)  # or the first round is there already
    with monkeypatch.context() as patch:
        interrupt(patch, target, name, calls)
        with pytest.raises(VBGError, match="interrupted"):
            run(tmp_path)
    (begun,) = list_runs(tmp_path)
    assert begun.state == "interrupted"
    assert same(vbg_framework.run("tiny-copies", runs=tmp_path, resume=True), finished)


def test_a_killed_run_ends_like_an_uninterrupted_one(finished, tmp_path):
    sets = [part for assignment in SHORT for part in ("--set", assignment)]
    process = warm.vbg("run", "tiny-copies", "--registry", str(TINY), "--runs", str(tmp_path), *sets)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.returncode is None and not list(tmp_path.rglob("rounds.json")):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list_runs(tmp_path)[0].state == "interrupted"
    assert same(vbg_framework.run("tiny-copies", runs=tmp_path, resume=True), finished)


OBSERVER = """
from vbg_framework import hookimpl
import json, pathlib

@hookimpl
def vbg_round_finished(run, round, report):
    with (run.path / "seen.txt").open("a") as file:
        file.write(f"{round} {sum(report['kept'].values())}\\n")
"""


def test_observers_hear_of_every_round_once(install, tmp_path, monkeypatch):
    install("some_observer", OBSERVER)
    with monkeypatch.context() as patch:
        interrupt(patch, training, "_step", 7)
        with pytest.raises(VBGError, match="interrupted"):
            run(tmp_path / "runs")
    found = vbg_framework.run("tiny-copies", runs=tmp_path / "runs", resume=True)
    assert (found.path / "seen.txt").read_text() == "1 20\n2 20\n"


TURNER = """
from vbg_framework import Augmenter, Component, Config, hookimpl
from PIL import ImageOps

class NoConfig(Config):
    "No options."

def turn(items):
    (_log := open(__file__ + ".log", "a")).write(f"{len(items)} ")
    return [{**item, "inputs": {m: ImageOps.mirror(x) if m == "image" else x for m, x in item["inputs"].items()}}
            for item in items]

class Turn(Augmenter):
    def transform(self, train):
        return turn

@hookimpl
def vbg_components():
    return [Component("augmenter", "turn", NoConfig, "some_turner:Turn")]
"""


def test_an_augmenter_that_only_transforms_changes_training_batches(install, tmp_path):
    install("some_turner", TURNER)
    found = run(tmp_path / "runs", "augmenter={type: turn}")
    counts = (tmp_path / "some_turner.py.log").read_text().split()
    assert counts == ["8"] * 4  # four steps of eight; evaluation is left alone
    assert not (found.path / "rounds.json").exists()


def test_a_class_without_training_records_is_not_asked_for(tmp_path, monkeypatch):
    found = run(tmp_path, "loop.quota={ewer: 3, jar: 2}", "loop.rounds=1")
    assert found.read_json("rounds.json")[0]["asked"] == {"ewer": 3, "jar": 2}


def test_an_unknown_class_in_the_quota_is_named(tmp_path):
    with pytest.raises(VBGError, match=r"loop\.quota: unknown class 'ewr'.*'ewer'"):
        run(tmp_path, "loop.quota={ewr: 3}")


def test_the_report_of_a_round_is_plain_json(finished):
    assert json.loads((finished.path / "rounds.json").read_text())[0]["round"] == 1


def test_a_full_disk_stops_the_run_with_advice_and_keeps_what_is_there(finished, tmp_path, monkeypatch):
    add = Pool.add

    def filling(self, chunk, images):
        if "round-2" in self.folder.name:
            raise OSError(errno.ENOSPC, "No space left on device", str(self.folder / "SYN_2_000000.png"))
        add(self, chunk, images)

    with monkeypatch.context() as patch:
        patch.setattr(Pool, "add", filling)
        patch.setattr(SharedPool, "bring", lambda *_: False)  # or another run's records are taken
        with pytest.raises(VBGError, match="disk is full.*--resume"):
            run(tmp_path)
    assert same(vbg_framework.run("tiny-copies", runs=tmp_path, resume=True), finished)
