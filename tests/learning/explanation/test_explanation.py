"""Why a record gets its class."""

import json

import pytest

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.learning.explanation.explanation import explain


@pytest.fixture(scope="module")
def model(tiny_run):
    return vbg_framework.load(tiny_run)


def test_shares_sum_to_what_the_record_adds_and_all_parts_are_there(model, vbg_records):
    given = next(each for each in vbg_records() if {"image", "text"} <= set(model.reading(each).inputs))
    found, *others = explain(model, given)
    assert [each.task for each in [found, *others]] == list(model.tasks)
    assert found.prior + sum(found.shares.values()) == pytest.approx(found.probability, abs=1e-6)
    assert found.label == found.prediction.classes[found.task]
    assert found.regions.shape == (8, 8)
    assert all(found.text[start:end].strip() for start, end, _ in found.words)
    assert set(found.without) == set(found.alone) == set(found.shares)
    json.dumps(found.json())


def test_a_picture_of_one_class_with_the_text_of_another_is_said_to_disagree(model, vbg_records):
    read = (dict(model.reading(each).inputs) for each in vbg_records())
    whole = [inputs for inputs in read if {"image", "text"} <= set(inputs)]
    said = {
        name: [answer.classes["form"] for answer in model.predict([{name: each[name]} for each in whole])]
        for name in ("image", "text")
    }
    pairs = ((i, t) for i in range(len(whole)) for t in range(len(whole)))
    i, t = next((i, t) for i, t in pairs if said["image"][i] != said["text"][t])
    (found,) = explain(model, {"image": whole[i]["image"], "text": whole[t]["text"]}, ["form"])
    assert found.says == {"image": [said["image"][i]], "text": [said["text"][t]]}
    assert found.json()["warnings"] == [found.disagreement]
    assert found.disagreement.endswith(f": image alone says {said['image'][i]}, text alone says {said['text'][t]}.")
    assert found.leaderless == (found.label not in {said["image"][i], said["text"][t]})


def test_what_the_record_lacks_has_no_share(model):
    (found,) = explain(model, {"text": "a small jug with one handle"}, ["form"])
    assert list(found.shares) == ["text"]
    assert found.regions is None
    assert found.without == {}
    assert found.says == {}
    assert found.disagreement == found.distance == ""


def test_mistakes_are_named(model):
    with pytest.raises(VBGError, match="unknown task 'fom'"):
        explain(model, {"text": "jug"}, ["fom"])
    with pytest.raises(VBGError, match="neither image nor text"):
        explain(model, {})
