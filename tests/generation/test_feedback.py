"""An augmenter that learns from rounds, in real small runs."""

import pytest
from tiny import TINY
from vbg_gan.pictures import PictureGenerator

import vbg_framework
from vbg_framework.base.cost import read_cost
from vbg_framework.base.jsonl import read_lines, write_lines
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.generation.inner import view_of
from vbg_framework.generation.rounds import Rounds
from vbg_framework.generation.shared import SharedPool
from vbg_framework.screen import Screen
from vbg_framework.study.fairness.evidence import gather
from vbg_framework.study.fairness.gates import check
from vbg_framework.study.plan import Arm

pytestmark = pytest.mark.slow

GAN = (
    "augmenter={type: gan, seed_grid: 2, width: 16, steps: 6, batch_size: 8, evaluate_every: 3, style: {crops: 20}, "
    "feedback: {steps: 2}, text: {mode: none}}"
)
SETS = [GAN, "train.steps=4", "train.evaluate_every=2", "loop={rounds: 2, verify: tell, count: 12, quality: false}"]


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    return vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path_factory.mktemp("runs"), sets=SETS)


def samples(found):
    return read_lines(found.path / "synthetic" / "samples.jsonl")


def test_it_keeps_what_it_learnt_and_makes_the_last_round_from_the_whole_training_split(taught):
    state = taught.path / "rounds" / "1" / "augmenter" / "state"
    assert (state / "gan.json").is_file()
    resolved = Registry.read(TINY).experiment("tiny-image", load_plugins(), SETS)
    prepared = prepare_data(resolved.parts["data"], Screen())
    evidence = gather(taught, prepared)
    assert {record["origin"]["train"] for record in samples(taught)} != {evidence.inner.view.fingerprint}
    gates = {gate.name: gate for gate in check(taught, Arm("gan", "augmenter", {}), prepared)}
    assert gates["train-only"].passed
    assert gates["inner-validation"].passed
    assert not gates["collapse"].passed or gates["collapse"].about  # six steps teach nothing


def pictures(found):
    return [(found.path / "synthetic" / line["image"]).read_bytes() for line in samples(found)]


def test_the_same_run_learns_the_same_and_what_it_took_counts_as_fitting(taught, tmp_path):
    again = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=SETS)
    assert pictures(again) == pictures(taught)
    told = taught.read_json("metrics.json")["generated"]["fit_seconds"]
    assert told > read_cost(taught.path / "rounds" / "1" / "augmenter" / "cost.json").seconds > 0


def test_a_run_that_was_killed_after_it_learnt_goes_on_from_there(taught, tmp_path, monkeypatch):
    class Killed(BaseException):
        """A kill."""

    generate = Rounds._generate

    def killed(self, number, recall):
        if number == 2:
            raise Killed
        return generate(self, number, recall)

    monkeypatch.setattr(SharedPool, "bring", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(Rounds, "_generate", killed)
        with pytest.raises(Killed):
            vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=SETS)
    monkeypatch.setattr(PictureGenerator, "feedback", None)  # it has learnt already
    assert pictures(vbg_framework.run("tiny-image", runs=tmp_path, resume=True)) == pictures(taught)


def test_only_a_round_that_is_learnt_from_keeps_what_was_refused(tmp_path):
    drop = [*SETS[:-1], "loop={rounds: 2, verify: drop, unjudged: fill, count: 12, quality: false, blank: false}"]
    found = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=drop)
    kept = [list((found.path / "synthetic" / f"round-{number}").glob("rejected-*.png")) for number in (1, 2)]
    dropped = found.read_json("rounds.json")[0]["dropped"]
    assert len(kept[0]) == sum(sum(dropped.get(reason, {}).values()) for reason in ("class", "outlier"))
    assert kept[1] == []


def test_records_of_the_whole_split_fail_where_nothing_was_learnt(tmp_path):
    loop = "loop={rounds: 2, verify: tell, count: 12, quality: false, blank: false, copies: false, unjudged: fill}"
    sets = [*SETS[:-1], loop, "augmenter.feedback.steps=0"]
    plain = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=sets)
    prepared = prepare_data(Registry.read(TINY).experiment("tiny-image", load_plugins()).parts["data"], Screen())
    items = gather(plain, prepared).items["train"]
    whole = view_of(items, "form", prepared.fingerprint).fingerprint
    lines = [{**line, "origin": {**line["origin"], "train": whole}} for line in samples(plain)]
    write_lines(plain.path / "synthetic" / "samples.jsonl", lines)
    gates = {gate.name: gate for gate in check(plain, Arm("gan", "augmenter", {}), prepared)}
    assert samples(plain)
    assert not gates["train-only"].passed


def test_an_augmenter_without_steps_for_it_learns_from_no_round(tmp_path):
    plain = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=[*SETS, "augmenter.feedback.steps=0"])
    assert not (plain.path / "rounds" / "1" / "augmenter").exists()
