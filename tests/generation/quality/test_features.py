import json

import numpy as np
import pytest
import torch
from collection import TASKS, view

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality import Judge


def pictures(records):
    return [record.inputs["image"] for record in records]


@pytest.fixture
def few(collection):
    return view(collection[0][:40])


def fit(train, folder=None, seed=1, steps=3, tasks=TASKS):
    return Judge.fit(train, tasks=tasks, seed=seed, folder=folder, steps=steps)


def test_it_tells_unseen_real_pictures_apart(collection, judge):
    made = collection[1]
    found = judge.probabilities(pictures(made))
    right = [
        judge.classes["form"][code] == r.targets["form"] for r, code in zip(made, found["form"].argmax(1), strict=True)
    ]
    assert np.mean(right) > 0.7
    assert judge.features(pictures(made)).shape == (len(made), 256)
    assert found["glaze"].sum(1) == pytest.approx(1, abs=1e-5)


def test_its_name_says_what_it_learnt_from(collection, judge):
    assert judge.name == f"CNN trained on {len(collection[0])} real training images, seed 42"


def test_the_same_seed_gives_the_same_judge_and_the_global_generator_is_left_alone(few):
    before = torch.get_rng_state()
    one, same, other = fit(few), fit(few), fit(few, seed=2)
    assert torch.equal(torch.get_rng_state(), before)
    images = pictures(few[:5])
    assert (one.features(images) == same.features(images)).all()
    assert (one.features(images) != other.features(images)).any()


def test_a_saved_judge_is_found_again_unless_something_else_is_asked_for(few, tmp_path):
    judge = fit(few, tmp_path)
    written = (tmp_path / "judge.safetensors").stat().st_mtime_ns
    again = fit(few, tmp_path)
    assert (tmp_path / "judge.safetensors").stat().st_mtime_ns == written
    images = pictures(few[:5])
    assert (again.features(images) == judge.features(images)).all()
    assert again.name == judge.name
    assert fit(few, tmp_path, seed=2).name != judge.name
    assert json.loads((tmp_path / "judge.json").read_text())["seed"] == 2
    with pytest.raises(VBGError, match="no such file"):
        Judge.load(tmp_path / "elsewhere")


def test_classes_without_pictures_and_records_without_labels_do_no_harm(collection):
    records = [
        Record(r.id, r.inputs, {"form": r.targets["form"]} if i % 2 else {}) for i, r in enumerate(collection[0][:30])
    ]
    task = Task("form", classes=(*sorted({r.targets["form"] for r in collection[0]}), "never seen"))
    judge = fit(TrainView(records, tasks=[task], task="form"), tasks=["form"])
    assert judge.name.startswith("CNN trained on 15 ")
    assert np.isfinite(judge.probabilities(pictures(records))["form"]).all()


def test_several_classes_at_once_are_learnt(collection):
    task = Task("tags", multi_label=True, classes=("a", "b"))
    records = [
        Record(r.id, r.inputs, {"tags": [("a",), ("a", "b"), ()][i % 3]}) for i, r in enumerate(collection[0][:30])
    ]
    judge = fit(TrainView(records, tasks=[task], task="tags"), tasks=["tags"])
    assert judge.probabilities(pictures(records[:4]))["tags"].shape == (4, 2)


def test_no_pictures_no_answers(judge):
    features, answers = judge.look([])
    assert features.shape == (0, 256)
    assert answers["form"].shape == (0, len(judge.classes["form"]))
