import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from vbg_framework.contracts.interfaces import Classifier, Encoder, Features, Fusion
from vbg_framework.contracts.record import Task
from vbg_framework.learning.model import Model, mean_vote

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


class Votes(Fusion):
    dim = 3

    def __init__(self):
        super().__init__(None, dims={})

    def forward(self, features):
        return torch.stack([found.pooled for found in features.values()], dim=1)


class Metadata(Words):
    modality = "metadata"


def two(present):
    """Texts and metadata of three records."""
    rows = {m: [n for n, there in enumerate(found) if there] for m, found in present.items()}
    return {
        "inputs": {m: {"ids": torch.tensor([[n + 1, n + 2] for n in found])} for m, found in rows.items()},
        "present": {m: torch.tensor(found) for m, found in present.items()},
        "targets": {},
        "index": torch.arange(3),
    }


@pytest.mark.parametrize("multi_label", [False, True])
def test_the_probabilities_of_modalities_that_vote_are_averaged_over_those_present(multi_label):
    torch.default_generator.manual_seed(0)
    head = Head()
    model = Model({"text": Words(), "metadata": Metadata()}, Votes(), head, ["form"] if multi_label else [])
    given = two({"text": [True, True, False], "metadata": [True, False, True]})

    def probabilities(logits):
        return logits.sigmoid() if multi_label else logits.softmax(-1)

    text, metadata = (probabilities(head(found.pooled)["form"]) for found in model.features(given).values())
    wanted = torch.stack([(text[0] + metadata[0]) / 2, text[1], metadata[2]])
    torch.testing.assert_close(probabilities(model(given)["form"]), wanted)


def test_the_loss_of_a_mean_vote_is_the_loss_of_the_mean_probability():
    logits, target = torch.randn(4, 3, 5, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 4, 2, 2])
    there = torch.ones(4, 3, dtype=torch.bool)
    mean = logits.softmax(-1).mean(1)
    found = nn.functional.cross_entropy(mean_vote(logits, there, multi_label=False), target)
    torch.testing.assert_close(found, nn.functional.nll_loss(mean.log(), target))
    truth, mean = nn.functional.one_hot(target, 5).float(), logits.sigmoid().mean(1)
    found = nn.functional.binary_cross_entropy_with_logits(mean_vote(logits, there, multi_label=True), truth)
    torch.testing.assert_close(found, nn.functional.binary_cross_entropy(mean, truth))


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.booleans(), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_a_mean_vote_gives_the_mean_probability_whoever_is_there(batch, modalities, classes, multi_label, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(batch, modalities, classes, generator=generator) * 5
    there = torch.rand(batch, modalities, generator=generator) < 0.5

    def probabilities(logits):
        return logits.sigmoid() if multi_label else logits.softmax(-1)

    found = probabilities(mean_vote(logits, there, multi_label=multi_label))
    for row in range(batch):
        voters = [m for m in range(modalities) if there[row, m] or not there[row].any()]
        mean = sum(probabilities(logits[row, m]) for m in voters) / len(voters)
        torch.testing.assert_close(found[row], mean, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("size", [1.0, 1e4])
def test_votes_of_any_size_and_of_nobody_stay_finite(multi_label, size):
    logits = torch.tensor([[[1.0, -1], [-1, 1]]] * 4).mul(size).requires_grad_()
    there = torch.tensor([[True, True], [True, False], [False, True], [False, False]])
    found = mean_vote(logits, there, multi_label=multi_label)
    found.square().sum().backward()
    assert found.isfinite().all()
    assert logits.grad.isfinite().all()
    assert logits.grad[1, 1].eq(0).all()
    assert torch.equal(found[0], found[3])  # where nobody may vote, all do


def test_encoders_at_rest_neither_learn_nor_draw_and_are_given_back_as_they_were():
    made = Model({"text": Words()}, Sum(), Head())
    made.encoders["text"].fixed = nn.Linear(1, 1).requires_grad_(False)
    with made.at_rest():
        made.train()
        assert made.classifier.training
        assert not made.encoders["text"].training
        assert not any(parameter.requires_grad for parameter in made.encoders["text"].parameters())
        assert all(parameter.requires_grad for parameter in made.classifier.parameters())
    assert made.train().encoders["text"].training
    assert made.encoders["text"].embed.weight.requires_grad
    assert not made.encoders["text"].fixed.weight.requires_grad
