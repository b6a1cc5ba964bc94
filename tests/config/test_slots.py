import pytest
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import installed
from vbg_framework.config.registry import Registry, resolve
from vbg_framework.config.slots import named, short, spelt_out


def resolved(*sets):
    return Registry.read(TINY).experiment("tiny-text", installed(), sets)


def test_a_bare_name_and_a_mapping_mean_the_same():
    assert spelt_out("linear") == spelt_out({"type": "linear"}) == {"type": "linear"}
    assert named("linear") == named({"type": "linear"}) == "linear"
    assert short({"type": "linear"}) == "linear"
    assert short({"type": "cosine", "floor": 0.1}) == {"type": "cosine", "floor": 0.1}


def test_choices_are_completed_and_read_again():
    found = resolved("train.schedule=cosine", "train.optimizer={type: sgd, momentum: 0.5}", "metrics=[micro_f1]")
    options = found.options()
    assert options["train"]["metric"] == "macro_f1"
    assert options["train"]["schedule"] == {"type": "cosine", "floor": 0.0}
    assert options["train"]["optimizer"] == {"type": "sgd", "momentum": 0.5, "nesterov": False}
    assert options["metrics"] == ["micro_f1"]
    assert found.parts["train.optimizer"].config.momentum == 0.5
    assert resolve("again", options, installed(), "test").options() == options


def test_options_of_the_default_need_its_name():
    with pytest.raises(VBGError, match=r"train\.schedule: key 'type' is missing, got \{'floor': 0\.1\}"):
        resolved("train.schedule.floor=0.1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("train.metric=macro_f2", r"train\.metric: unknown metric type 'macro_f2'\. Did you mean 'macro_f1'"),
        ("train.schedule=cosin", r"train\.schedule: unknown schedule type 'cosin'\. Did you mean 'cosine'"),
        ("train.optimizer=adam", r"train\.optimizer: unknown optimizer type 'adam'\. Did you mean 'adamw'"),
        ("train.optimizer={type: sgd, momentum: 2}", r"train\.optimizer\.momentum: .*less than 1, got 2"),
        ("metrics=[ece, ece]", r"metrics: names 'ece' twice"),
    ],
)
def test_mistakes_are_named(change, message):
    with pytest.raises(VBGError, match=message):
        resolved(change)


def test_what_matters_in_training_alone_may_be_gone_afterwards():
    options = resolved().options()
    options["train"] |= {"metric": "gone", "schedule": {"type": "gone"}}
    options["metrics"] = ["gone"]
    found = resolve("old", options, installed(), "model.json", trained=True)
    assert "train.metric" not in found.parts
    assert found.options()["metrics"] == ["gone"]
