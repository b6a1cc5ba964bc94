import pickle
from pathlib import Path

import numpy as np
import pandas
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator

from vbg_framework import VBGClassifier, VBGError

pytestmark = pytest.mark.slow

REGISTRY = """
version: 1
experiments:
  heads:
    data: mini-museum
    tasks: [form]
    text: {policy: mask_label, fields: [title]}
    split: {scarce: {classes: 2}}
    encoders:
      image: {type: vit, image_size: 16, patch_size: 8, dim: 16, layers: 1, heads: 2, frozen: true}
      text: tfidf
    fusion: concat
    classifier: logistic-regression
    loop: {task: form}
"""
COLOURS = {"vase": (190, 40, 40), "bowl": (40, 40, 190)}
ROWS = 30


@pytest.fixture(scope="module")
def museum(tmp_path_factory):
    """Where an experiment, its runs and pictures lie."""
    folder = tmp_path_factory.mktemp("museum")
    (folder / "own.yaml").write_text(REGISTRY)
    draw = np.random.default_rng(0)
    for row in range(ROWS):
        colour = COLOURS[("vase", "bowl")[row % 2]]
        picture = draw.integers(0, 60, (16, 16, 1)) + colour
        Image.fromarray(picture.astype("uint8")).resize((64, 64), Image.Resampling.NEAREST).save(folder / f"{row}.png")
    return folder


@pytest.fixture(scope="module")
def frame():
    """Vases are red, tall and old, bowls blue, round and new."""
    kinds = ["vase", "bowl"] * (ROWS // 2)
    words = {"vase": "tall slender piece", "bowl": "round open piece"}
    rows = [
        {"photo": f"{n}.png", "title": f"{words[kind]} {n % 4}", "year": 1500 + n + 300 * (n % 2), "kind": kind}
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    return pandas.DataFrame(rows, index=[f"A{n}" for n in range(len(rows))])


def classifier(folder: Path, **options):
    return VBGClassifier("heads", registry=folder / "own.yaml", runs=folder / "runs", images=folder, **options)


@pytest.fixture(scope="module")
def fitted(museum, frame):
    return classifier(museum, random_state=3).fit(frame, image="photo", text="title", target="kind")


def test_one_line_learns_from_a_frame_and_its_pictures(fitted, frame):
    assert fitted.classes_.tolist() == ["bowl", "vase"]
    assert fitted.predict(frame).tolist() == frame["kind"].tolist()
    shares = fitted.predict_proba(frame)
    assert shares.shape == (30, 2)
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-6)
    assert fitted.score(frame, "kind") == fitted.score(frame, frame["kind"]) == 1


def test_new_rows_need_no_label_and_no_column_that_is_not_read(fitted, frame):
    assert fitted.feature_names_in_.tolist() == ["photo", "title"]
    assert fitted.predict(frame[["title", "photo"]][:2]).tolist() == frame["kind"].tolist()[:2]
    assert len(fitted.predict(frame[["photo"]][:2])) == 2


def test_a_fit_is_a_run_like_any_other_under_a_name_no_registered_experiment_has(fitted):
    config = fitted.run_.config()
    assert config["name"] == "heads+frame"
    assert (fitted.run_.path / "report.html").exists()
    assert config["experiment"]["data"]["images"] == str(Path(fitted.images).resolve())
    assert config["experiment"]["seed"] == config["experiment"]["split"]["seed"] == 3
    assert config["experiment"]["split"]["scarce"] is None
    assert config["experiment"]["loop"]["task"] is None


def test_ids_are_the_index_and_unread_rows_get_no_class(fitted, frame):
    ids = fitted.run_.path / "predictions.parquet"
    assert set(pandas.read_parquet(ids)["id"]) <= set(frame.index)
    rows = frame[["photo", "title"]].iloc[:2].assign(photo=None, title=[None, "tall slender"])
    with pytest.warns(UserWarning, match="1 of 2 rows"):
        assert [said is None for said in fitted.predict(rows)] == [True, False]
    with pytest.warns(UserWarning, match="1 of 2 rows"):
        assert np.isnan(fitted.predict_proba(rows)[0]).all()
    with pytest.warns(UserWarning, match="1 of 2 rows hold nothing"):
        assert fitted.score(rows, [None, *fitted.predict(rows)[1:]]) == 0.5


@pytest.mark.parametrize("columns", [{"image": "photo"}, {"text": ["title"]}, {"metadata": "year"}])
def test_any_single_modality_is_enough(museum, frame, columns):
    found = classifier(museum, **columns).fit(frame, "kind")
    assert list(found.model_.experiment.encoders) == [*columns]
    assert found.score(frame, "kind") > 0.6


def test_columns_that_nobody_names_are_guessed(museum, frame):
    found = classifier(museum, target="kind").fit(frame.rename(columns={"photo": "Image"}))
    data = found.run_.config()["experiment"]["data"]
    assert (data["image"], data["text"], data["metadata"]) == ("Image", ["title"], ["year"])


def test_labels_keep_their_kind_and_rows_without_one_are_left_out(museum, frame):
    labels = [None, *(frame["kind"] == "vase").astype(int).tolist()[1:]]
    found = classifier(museum, metadata="year").fit(frame, pandas.Series(labels, dtype="Int64", name="is vase"))
    assert found.classes_.tolist() == [0, 1]
    assert found.model_.tasks["is vase"].classes == ("0", "1")
    data = found.run_.metrics()["data"]
    assert sum(data["counts"].values()) == ROWS - 1
    assert data["unlabelled"] + data["quarantined"] == 1


def test_a_copy_is_fitted_from_the_folder_of_its_run(fitted, frame):
    copy = pickle.loads(pickle.dumps(fitted))
    assert copy.predict(frame[:3]).tolist() == fitted.predict(frame[:3]).tolist()
    assert clone(fitted).get_params() == fitted.get_params()
    assert not hasattr(clone(fitted), "run_")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"text": "titel", "target": "kind"}, "no column 'titel'"),
        ({"text": "title", "target": "sort"}, "no column 'sort'"),
        ({"text": "title"}, "requires y"),
    ],
)
def test_a_mistake_is_told_before_anything_is_run(museum, frame, options, message):
    with pytest.raises(VBGError, match=message):
        classifier(museum).fit(frame, **options)


def test_an_experiment_that_reads_nothing_of_the_frame_says_so(museum, frame):
    place = museum / "text.yaml"
    place.write_text(REGISTRY.replace("fusion: concat", "fusion: null").replace("      text: tfidf\n", ""))
    with pytest.raises(VBGError, match="reads image, and the frame has text"):
        classifier(museum).set_params(registry=place).fit(frame, "kind", text="title")


def test_scikit_learn_tools_accept_it(museum, frame):
    own = classifier(museum, text="title")
    lower = FunctionTransformer(lambda rows: rows.assign(title=rows["title"].str.lower()))
    line = Pipeline([("lower", lower), ("vbg", own)])
    assert cross_val_score(line, frame, frame["kind"], cv=2).tolist() == [1, 1]
    search = GridSearchCV(own, {"sets": [["classifier.c=0.1"]]}, cv=2, refit=False).fit(frame, frame["kind"])
    assert search.best_score_ == 1


@pytest.mark.full  # some hundred small runs
def test_scikit_learn_s_checks_of_an_estimator_pass(tmp_path):
    sets = ["classifier=logistic-regression", "train.folds=null"]
    found = check_estimator(VBGClassifier(runs=tmp_path, sets=sets, random_state=0), on_fail=None, on_skip=None)
    assert not [(each["check_name"], each["exception"]) for each in found if each["status"] == "failed"]
