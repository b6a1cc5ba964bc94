import numpy as np
import pytest
import torch
from collection import TASKS, view
from vbg_vit import VitConfig
from vbg_vit.encoder import VitEncoder

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality import EncoderJudge


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assets")
    config = VitConfig(image_size=32, patch_size=8, dim=32, layers=1, heads=2)
    VitEncoder.prepare(config, [], folder, seed=0)
    torch.default_generator.manual_seed(0)
    return VitEncoder(config, assets=folder)


def new(encoder):
    return EncoderJudge(encoder, encoder.processor(False), name="tiny transformer")


def pictures(records):
    return [record.inputs["image"] for record in records]


def test_it_learns_from_frozen_features(collection, encoder):
    train, made, _ = collection
    before = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    judge = new(encoder).fit(train, tasks=TASKS, seed=0, folder=None)
    features, answers = judge.look(pictures(made))
    right = [
        judge.classes["glaze"][c] == r.targets["glaze"] for r, c in zip(made, answers["glaze"].argmax(1), strict=True)
    ]
    assert np.mean(right) > 2 / len(judge.classes["glaze"])  # the encoder has learnt nothing
    assert features.shape == (len(made), 32)
    assert answers["form"].sum(1) == pytest.approx(1)
    assert judge.name == f"tiny transformer; classes learnt from {len(train)} real training images"
    assert all(torch.equal(before[name], tensor) for name, tensor in encoder.state_dict().items())
    assert encoder.training


def test_it_answers_as_scikit_learn_does(collection, encoder):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    train = view(collection[0][:120])
    judge = new(encoder).fit(train, tasks=["glaze"], seed=0, folder=None)
    features = judge.features(pictures(train))
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced"))
    model.fit(features, [record.targets["glaze"] for record in train])
    columns = [judge.classes["glaze"].index(name) for name in model.classes_]
    assert judge.look(pictures(train))[1]["glaze"][:, columns] == pytest.approx(model.predict_proba(features), abs=1e-3)


@pytest.mark.parametrize("names", [("a", "b"), ("b",)])
def test_classes_without_pictures_are_never_named(collection, encoder, names):
    task = Task("tags", classes=("a", "b", "never"))
    records = [Record(r.id, r.inputs, {"tags": names[i % len(names)]}) for i, r in enumerate(collection[0][:20])]
    judge = new(encoder).fit(TrainView(records, tasks=[task], task="tags"), tasks=["tags"], seed=0, folder=None)
    found = judge.probabilities(pictures(records))["tags"]
    assert (found[:, 2] == 0).all()
    assert found.sum(1) == pytest.approx(1)


def test_a_saved_judge_is_found_again(collection, encoder, tmp_path):
    train = view(collection[0][:60])
    judge = new(encoder).fit(train, tasks=TASKS, seed=0, folder=tmp_path)
    written = (tmp_path / "judge.safetensors").stat().st_mtime_ns
    again = new(encoder).fit(train, tasks=TASKS, seed=0, folder=tmp_path)
    assert (tmp_path / "judge.safetensors").stat().st_mtime_ns == written
    images = pictures(train[:3])
    for task in TASKS:
        assert (again.probabilities(images)[task] == judge.probabilities(images)[task]).all()
    assert again.name == judge.name
    with pytest.raises(VBGError, match="no such file"):
        new(encoder).load(tmp_path / "elsewhere")
