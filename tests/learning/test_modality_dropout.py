"""Hiding modalities in training."""

import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.modality_dropout import ModalityDropout

KNOWN = ["image", "text", "metadata"]


def item(*modalities):
    return {"id": "a", "inputs": {modality: modality for modality in modalities}, "targets": {"form": 1}}


def dropped(shares, count=2000, modalities=("image", "text")):
    torch.default_generator.manual_seed(0)
    return ModalityDropout(shares, KNOWN)([item(*modalities)] * count)


def test_as_many_are_hidden_as_asked_for():
    made = dropped({"image": 0.3})
    assert sum("image" not in each["inputs"] for each in made) / len(made) == pytest.approx(0.3, abs=0.04)
    assert all("text" in each["inputs"] for each in made)


def test_the_only_modality_of_an_item_is_never_hidden():
    assert all(each["inputs"] == {"image": "image"} for each in dropped({"image": 1.0}, 20, ("image",)))


def test_each_is_left_as_often_when_all_are_to_be_hidden():
    made = dropped({"image": 1.0, "text": 1.0})
    assert {len(each["inputs"]) for each in made} == {1}
    assert sum("image" in each["inputs"] for each in made) / len(made) == pytest.approx(0.5, abs=0.05)


@given(st.dictionaries(st.sampled_from(KNOWN), st.floats(0, 1)), st.sets(st.sampled_from(KNOWN), min_size=1))
def test_nothing_else_of_an_item_changes(shares, modalities):
    source = item(*sorted(modalities))
    [made] = ModalityDropout(shares, KNOWN)([source])
    assert {k: v for k, v in made.items() if k != "inputs"} == {k: v for k, v in source.items() if k != "inputs"}
    assert made["inputs"]
    assert made["inputs"].items() <= source["inputs"].items()
    assert source == item(*sorted(modalities))


def test_an_unknown_modality_is_named():
    with pytest.raises(VBGError, match=r"train.modality_dropout: no encoder reads 'imago'. Did you mean 'image'"):
        ModalityDropout({"imago": 0.1}, KNOWN)


def test_it_travels_to_worker_processes_and_leaves_features_frozen():
    again = pickle.loads(pickle.dumps(ModalityDropout({"text": 1.0}, KNOWN)))
    assert again([item("image", "text")])[0]["inputs"] == {"image": "image"}
    assert again.changes == ()
