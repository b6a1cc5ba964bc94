import pytest
import torch
from test_model import Head, Sum, Words
from torch import nn

from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import installed
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.contracts.schedule import Schedule
from vbg_framework.learning.model import Model
from vbg_framework.learning.optimiser import build_optimiser, rate_factor, set_rate


def component(kind, name, **options):
    found, _ = installed().component(kind, name, where="test")
    return found.load()(found.config(**options))


ADAMW = component("optimizer", "adamw")


def model():
    return Model({"text": Words()}, Sum(), Head())


def test_each_part_has_its_own_rate_and_only_matrices_decay():
    setup = TrainConfig(learning_rate=0.1, encoder_learning_rate={"text": 0.02}, weight_decay=0.5)
    groups = {(g["name"], g["weight_decay"]): g for g in build_optimiser(model(), setup, ADAMW).param_groups}
    assert set(groups) == {("classifier", 0.5), ("classifier", 0.0), ("encoders.text", 0.0)}  # embeddings do not decay
    assert groups["classifier", 0.5]["peak"] == 0.1
    assert groups["encoders.text", 0.0]["peak"] == 0.02


def test_frozen_parameters_are_left_out():
    made = model()
    made.encoders.requires_grad_(False)
    assert {g["name"] for g in build_optimiser(made, TrainConfig(), ADAMW).param_groups} == {"classifier"}


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_the_rate_rises_in_the_warm_up_and_falls_to_zero(schedule):
    setup = TrainConfig(steps=100, warmup=0.1)
    rates = [rate_factor(step, setup, component("schedule", schedule)) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[100] == pytest.approx(0, abs=1e-9)


def test_the_schedule_agrees_with_the_one_of_transformers():
    from transformers import get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup

    for name, make in {"linear": get_linear_schedule_with_warmup, "cosine": get_cosine_schedule_with_warmup}.items():
        setup = TrainConfig(steps=50, warmup=0.2)
        theirs = make(torch.optim.SGD([torch.zeros(1)], lr=1.0), 10, 50).lr_lambdas[0]
        for step in range(10, 50):
            assert rate_factor(step, setup, component("schedule", name)) == pytest.approx(theirs(step))


def test_the_rate_begins_anew_after_a_probe():
    linear, whole, rest = component("schedule", "linear"), TrainConfig(steps=100), TrainConfig(steps=60)
    after = [rate_factor(step, whole, linear, begin=40) for step in range(40, 101)]
    assert after == [rate_factor(step, rest, linear) for step in range(61)]


def test_each_layer_has_a_share_of_the_rate_of_the_layer_above():
    class Tower(Words):
        def __init__(self):
            super().__init__()
            self.low, self.high, self.norm = nn.Linear(3, 3), nn.Linear(3, 3), nn.LayerNorm(3)

        def parameter_layers(self):
            return [self.embed.parameters(), self.low.parameters(), self.high.parameters()]

    made = Model({"text": Tower()}, Sum(), Head())
    setup = TrainConfig(learning_rate=0.1, encoder_learning_rate=0.08, layer_decay=0.5, weight_decay=0.3)
    tower, peaks = made.encoders["text"], {}
    for group in build_optimiser(made, setup, ADAMW).param_groups:
        peaks |= {id(parameter): (group["peak"], group["weight_decay"]) for parameter in group["params"]}
    assert peaks[id(tower.high.weight)] == (0.08, 0.3)
    assert peaks[id(tower.norm.weight)] == (0.08, 0.0)  # named by no layer
    assert peaks[id(tower.low.weight)] == (0.04, 0.3)
    assert peaks[id(tower.low.bias)] == (0.04, 0.0)
    assert peaks[id(tower.embed.weight)] == (0.02, 0.0)
    assert peaks[id(made.classifier.linear.weight)] == (0.1, 0.3)
    assert len(peaks) == len(list(made.parameters()))


def test_setting_the_rate_scales_every_group():
    optimiser = build_optimiser(model(), TrainConfig(learning_rate=0.1, encoder_learning_rate=0.02), ADAMW)
    set_rate(optimiser, 0.5)
    assert {round(g["lr"], 6) for g in optimiser.param_groups} == {0.05, 0.01}


def test_a_floor_keeps_the_rate_above_zero():
    cosine = component("schedule", "cosine", floor=0.1)
    assert [round(cosine.factor(step, 10), 6) for step in (0, 10)] == [1.0, 0.1]


def test_a_schedule_that_gives_no_number_is_named():
    class Broken(Schedule):
        def factor(self, step, steps):
            return float("nan")

    with pytest.raises(VBGError, match=r"train\.schedule: the schedule gave no finite share .* at step 50, got nan"):
        rate_factor(50, TrainConfig(steps=100), Broken(None))


def test_momentum_is_stored_and_goes_on():
    rule = component("optimizer", "sgd", momentum=0.9, nesterov=True)
    built = build_optimiser(model(), TrainConfig(), rule)
    assert type(built) is torch.optim.SGD
    assert {group["nesterov"] for group in built.param_groups} == {True}
