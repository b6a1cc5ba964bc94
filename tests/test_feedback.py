"""An augmenter that learns from rounds, in real small runs."""

import pytest
from tiny import TINY

import vbg_framework
from vbg_framework.data.cache import prepare_data
from vbg_framework.jsonl import read_lines
from vbg_framework.plugins import load_plugins
from vbg_framework.registry import Registry
from vbg_framework.screen import Screen
from vbg_framework.study.evidence import gather
from vbg_framework.study.gates import check
from vbg_framework.study.plan import Arm

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


def test_the_same_run_learns_the_same_and_goes_on_from_what_it_learnt(taught, tmp_path):
    again = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=SETS)
    images = [[(found.path / "synthetic" / line["image"]).read_bytes() for line in samples(found)]
              for found in (taught, again)]  # fmt: skip
    assert images[0] == images[1]


def test_an_augmenter_without_steps_for_it_learns_from_no_round(tmp_path):
    plain = vbg_framework.run("tiny-image", registry=TINY, runs=tmp_path, sets=[*SETS, "augmenter.feedback.steps=0"])
    assert not (plain.path / "rounds" / "1" / "augmenter").exists()
