"""A frozen encoder is opened once where nothing it follows from has changed, and whatever is drawn next is the same."""

import pytest
import torch
from torch import nn

from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.features import kept_encoders
from vbg_framework.learning.features.kept_encoders import opened, weights_of

CPU = torch.device("cpu")
SIZES = {"image_size": 8, "patch_size": 4, "dim": 8, "layers": 1, "heads": 1, "mlp_dim": 8}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(kept_encoders, "_kept", {})


@pytest.fixture
def open_one(tmp_path):
    plugins = load_plugins()

    def open_(seed=1, drawn=5, items=(), **options):
        made = {"type": "vit", "model": None, "weights": None, "frozen": True, **SIZES, **options}
        part = make_part("encoder", made, "encoders.image", plugins)
        kind = part.component.load()
        kind.prepare(part.config, [], tmp_path, seed=1)
        torch.manual_seed(drawn)
        return opened("image", part, tmp_path, items, seed=seed, device=CPU), torch.rand(3)

    return open_


def test_the_next_run_gets_the_same_encoder_and_draws_the_same_numbers(open_one):
    first, drawn = open_one()
    again, later = open_one()
    assert again is first
    assert torch.equal(drawn, later)


def test_another_seed_state_of_the_generator_or_option_opens_another_one(open_one):
    first, _ = open_one()
    for change in ({"seed": 2}, {"drawn": 6}, {"dropout": 0.5}):
        other, _ = open_one(**change)
        assert other is not first
        first = other


def test_an_encoder_that_is_trained_or_read_records_is_never_kept(open_one, monkeypatch):
    assert open_one(frozen=False)[0] is not open_one(frozen=False)[0]
    kind = type(open_one()[0])
    monkeypatch.setattr(kind, "pretrain", lambda self, items, *, seed: next(iter(items), None))
    assert open_one(drawn=7)[0] is not open_one(drawn=7)[0]


def test_the_hash_of_the_weights_of_a_kept_encoder_is_that_of_any_other(open_one):
    kept, _ = open_one()
    told = weights_of(kept)
    assert told == weights_of(kept)
    kept_encoders._kept.clear()
    assert told == weights_of(kept)
    with torch.no_grad():
        next(nn.Module.parameters(kept)).add_(1)
    assert told != weights_of(kept)
