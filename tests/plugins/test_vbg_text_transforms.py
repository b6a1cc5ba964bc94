"""Random changes of texts. Promises of the interface are in test_conformance."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tiny import TINY
from vbg_text_transforms import TextTransformsConfig
from vbg_text_transforms.augmenter import TextTransform, TextTransforms
from vbg_text_transforms.synonyms import Synonyms

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import TextConfig
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.catalogue.text import TextPolicy

FIELDS = ("title", "medium", "place")
CATALOGUE = {"title": "Ding bowl", "medium": "Celadon on clay", "place": "Hebei"}
KILN = Task("kiln", classes=("Ding", "Longquan", "mask"))
SAME = [["Ding", "Dingzhou ware"], ["celadon", "green-glazed ware", "Longquan"], ["mask", "face"]]
OFF = {"drop": 0, "shuffle": False, "replace": 0}


def read(text, policy="full"):
    return TextPolicy(TextConfig(policy=policy), fields=FIELDS, tasks=[KILN])(text)


def change(text, seed=0, **config):
    torch.default_generator.manual_seed(seed)
    ((item),) = TextTransform(TextTransformsConfig(**{**OFF, **config}))([{"id": "a", "inputs": {"text": text}}])
    return item["inputs"]["text"]


def test_with_everything_off_the_text_stays():
    assert change(read(CATALOGUE)) == "Ding bowl. Celadon on clay. Hebei"


def test_fields_are_read_in_every_order():
    orders = {tuple(change(read(CATALOGUE), seed, shuffle=True).fields) for seed in range(60)}
    assert len(orders) == 6


def test_fields_are_left_out_as_often_as_asked_for_and_one_always_stays():
    counts = [len(change(read(CATALOGUE), seed, drop=0.5).fields) for seed in range(400)]
    assert min(counts) == 1
    assert sum(counts) / 400 == pytest.approx(3 * 0.5 + 0.5**3, abs=0.15)
    assert {tuple(change(read(CATALOGUE), seed, drop=0.999).fields) for seed in range(40)} == {(f,) for f in FIELDS}


def test_words_and_phrases_are_replaced_as_a_whole_and_keep_their_case():
    swap = Synonyms([["Ding", "Dingzhou ware"], ["celadon", "green-glazed ware"]], 1.0)
    assert (
        swap("Ding celadon, CELADON; Celadon")
        == "Dingzhou ware green-glazed ware, GREEN-GLAZED WARE; Green-glazed ware"
    )
    assert swap("dingzhou  WARE in Dingzhou") == "Ding in Dingzhou"
    assert swap("Bedding, celadons") == "Bedding, celadons"
    assert Synonyms([["定窑", "定州"]], 1.0)("北宋定窑白瓷") == "北宋定州白瓷"


def test_words_are_replaced_as_often_as_asked_for():
    torch.default_generator.manual_seed(0)
    words = Synonyms([["bowl", "dish"]], 0.25)("bowl " * 2000)
    assert words.count("dish") == pytest.approx(500, abs=80)


@given(
    seed=st.integers(0, 2**32),
    words=st.lists(st.sampled_from(["Ding", "mask", "celadon", "face", "Longquan", "ware", "of"])),
)
def test_a_masked_word_never_comes_back(seed, words):
    text = read({"title": "[MASK] of", "medium": " ".join(words)}, "mask_label")
    made = change(text, seed, drop=0.3, shuffle=True, replace=1, synonyms=SAME)
    assert not {"ding", "mask", "longquan"} & set(made.replace("[MASK]", "").lower().split())
    assert made.count("[") == made.count("[MASK]")


def test_an_item_without_a_text_stays():
    items = [{"id": "a", "inputs": {"image": 1}}]
    assert TextTransform(TextTransformsConfig())(items) == items


@pytest.mark.parametrize("synonyms", [[["bowl", "Bowl"]], [["bowl", "dish"], ["dish", "plate"]], [["bowl", " "]]])
def test_a_phrase_with_two_meanings_is_refused(synonyms):
    with pytest.raises(ValidationError, match="every phrase must hold words and stand once"):
        TextTransformsConfig(synonyms=synonyms)


def test_an_experiment_without_texts_is_refused():
    view = TrainView([Record("a", {"metadata": {"x": 1}}, {"kiln": "Ding"})], tasks=[KILN], task="kiln")
    with pytest.raises(
        VBGError, match=r"augmenter: 'text_transforms' changes texts, got training records without any\."
    ):
        TextTransforms(TextTransformsConfig()).transform(view)


def test_training_reads_changed_texts_and_the_test_split_does_not(tmp_path):
    sets = ["train.steps=4", "train.evaluate_every=4", "tasks=[glaze]", "text.policy=mask_label"]
    changed = [*sets, "augmenter={type: text_transforms, drop: 0.5, synonyms: [[bowl, dish]]}"]
    runs = [
        vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=given) for given in (sets, changed, changed)
    ]
    plain, varied, again = (run.read_json("metrics.json") for run in runs)
    assert varied["test"] == again["test"] != plain["test"]
    assert varied["data"] == plain["data"]
