"""What an encoder says about records, on disk."""

import pickle

import pytest
import torch

from vbg_framework.contracts.interfaces import Features
from vbg_framework.learning.features.feature_store import BLOCK, FeatureStore, StackFeatures, Stored


def encode(items):
    """Words of different lengths: one token per letter, its pooled vector the length."""
    longest = max(map(len, items))
    codes = torch.tensor([[ord(c) for c in word.ljust(longest)] for word in items])
    mask = torch.tensor([[i < len(word) for i in range(longest)] for word in items])
    return Features(codes[..., None].float(), mask, torch.tensor([[float(len(word))] for word in items]))


@pytest.fixture
def store(tmp_path):
    words = [None if row % 7 == 3 else "x" * (1 + row % 5) for row in range(BLOCK + 6)]
    found = FeatureStore(tmp_path / "words", len(words))
    found.describe({"component": "letters"})
    for block in found.missing(range(len(words))):
        found.fill(block, found.gather(block, words.__getitem__, list), encode)
    return found


def test_a_row_comes_back_without_padding(store):
    for row in (0, 4, BLOCK + 1):
        assert store[row].tokens.shape == (1 + row % 5, 1)
        assert store[row].mask.all()
        assert store[row].pooled.item() == 1 + row % 5


def test_a_row_without_the_modality_has_no_features(store):
    assert store[3] is None


def test_only_blocks_that_are_asked_for_are_computed(tmp_path):
    store = FeatureStore(tmp_path, 10 * BLOCK)
    assert store.missing([1, BLOCK + 1, 2]) == [0, 1]
    store.fill(1, store.gather(1, lambda row: "word", list), encode)
    assert store.missing([1, BLOCK + 1, 2]) == [0]


def test_a_block_nobody_has_anything_for_is_known_to_be_empty(tmp_path):
    store = FeatureStore(tmp_path, 5)
    store.fill(0, store.gather(0, lambda row: None, list), encode)
    assert store.missing(range(5)) == []
    assert store[2] is None


def test_a_block_that_was_not_finished_counts_as_missing(tmp_path):
    store = FeatureStore(tmp_path, 5)

    def fail(items):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.fill(0, store.gather(0, lambda row: "word", list), fail)
    assert store.missing([0]) == [0]


def test_a_store_goes_to_worker_processes(store):
    assert torch.equal(pickle.loads(pickle.dumps(store))[4].tokens, store[4].tokens)


def test_stored_features_make_a_batch_and_raw_items_go_to_the_processor(store):
    batch = StackFeatures(len)([store[0], store[4]])
    assert batch["tokens"].shape == (2, 5, 1)
    assert batch["mask"].sum(1).tolist() == [1, 5]
    assert batch["pooled"].squeeze(1).tolist() == [1, 5]
    assert StackFeatures(lambda items: {"raw": items})(["a"]) == {"raw": ["a"]}
    assert isinstance(store[0], Stored)
