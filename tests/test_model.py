import pytest
import torch
from torch import nn

from vbg_framework.errors import VBGError
from vbg_framework.interfaces import Classifier, Encoder, Features, Fusion
from vbg_framework.model import Model, check_modalities
from vbg_framework.plugins import load_plugins
from vbg_framework.record import Task
from vbg_framework.registry import Registry

TASKS = {"form": Task("form", classes=("a", "b"), counts=(1, 1))}


class Words(Encoder):
    modality, dim = "text", 3

    def __init__(self):
        super().__init__(None, assets=None)
        self.embed = nn.Embedding(10, 3)

    def processor(self, train):
        raise NotImplementedError

    def forward(self, inputs):
        tokens = self.embed(inputs["ids"])  # (B, N, 3)
        return Features(tokens, torch.ones(tokens.shape[:2], dtype=torch.bool), tokens.mean(1))


class Sum(Fusion):
    dim = 3

    def __init__(self):
        super().__init__(None, dims={})

    def forward(self, features):
        return sum(found.pooled for found in features.values())


class Head(Classifier):
    def __init__(self):
        super().__init__(None, dim=3, tasks=TASKS)
        self.linear = nn.Linear(3, 2)

    def forward(self, x):
        return {"form": self.linear(x)}

    def loss(self, logits, targets):
        return nn.functional.cross_entropy(logits["form"], targets["form"])


def batch(ids, present):
    inputs = {"text": {"ids": torch.tensor(ids)}} if ids else {}
    return {
        "inputs": inputs,
        "present": {"text": torch.tensor(present)},
        "targets": {},
        "index": torch.arange(len(present)),
    }


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Model({"text": Words()}, Sum(), Head())


def test_items_find_their_rows_and_missing_ones_are_zero_and_masked(model):
    found = model.features(batch([[1, 2], [3, 4]], [True, False, True]))["text"]
    alone = model.encoders["text"]({"ids": torch.tensor([[1, 2], [3, 4]])})
    assert torch.equal(found.tokens[[0, 2]], alone.tokens)
    assert torch.equal(found.pooled[[0, 2]], alone.pooled)
    assert not found.mask[1].any()
    assert not found.tokens[1].any()
    assert not found.pooled[1].any()


def test_a_batch_in_which_everybody_lacks_a_modality_goes_through(model):
    logits = model(batch([], [False, False]))["form"]
    assert logits.shape == (2, 2)
    logits.sum().backward()
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in model.parameters())


def test_a_missing_modality_does_not_change_the_others(model):
    whole = model(batch([[1, 2], [3, 4]], [True, True]))["form"]
    with_gap = model(batch([[1, 2], [3, 4]], [True, False, True]))["form"]
    assert torch.allclose(with_gap[[0, 2]], whole)


def test_gradients_reach_the_encoder_through_a_gap(model):
    model(batch([[1, 2]], [True, False]))["form"].sum().backward()
    assert model.encoders["text"].embed.weight.grad[[1, 2]].abs().sum() > 0


def test_without_a_fusion_the_pooled_vector_goes_to_the_classifier():
    torch.manual_seed(0)
    encoder, head = Words(), Head()
    made = Model({"text": encoder}, None, head)(batch([[1, 2]], [True]))["form"]
    assert torch.equal(made, head.linear(encoder({"ids": torch.tensor([[1, 2]])}).pooled))


def test_an_encoder_put_to_the_wrong_modality_is_named():
    plugins, registry = load_plugins(), Registry.read()
    resolved = registry.experiment("quickstart", plugins, ["encoders.text=vit-mini"])
    with pytest.raises(VBGError, match=r"experiments.quickstart.encoders.text: 'vit' reads image, got text"):
        check_modalities(resolved)


def test_a_head_that_is_fitted_is_refused_before_any_work(install):
    code = """
        from vbg_framework import Component, Config, hookimpl

        class Nothing(Config):
            pass

        @hookimpl
        def vbg_components():
            return [Component("classifier", "fitted", Nothing, "vbg_framework.interfaces:EstimatorClassifier")]
    """
    plugins = load_plugins()
    plugins.statuses += load_plugins(found=install("fitted_head", code)).statuses
    resolved = Registry.read().experiment("quickstart", plugins, ["classifier.type=fitted"])
    with pytest.raises(VBGError, match="experiments.quickstart.classifier: 'fitted' is fitted on finished vectors"):
        check_modalities(resolved)
