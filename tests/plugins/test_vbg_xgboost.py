import json

import numpy as np
import pytest
from vbg_xgboost import vbg_components
from xgboost import XGBClassifier

from vbg_framework.contracts.record import Task

(COMPONENT,) = vbg_components()
DRAW = np.random.default_rng(0)
X = DRAW.normal(0, 1, (90, 5)).astype(np.float32)
KIND = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)
SEVERAL = np.stack([KIND > 0, X[:, 2] > 0.1], 1).astype(int)


def fitted(target, classes, multi_label=False):
    task = Task("what", multi_label, tuple(map(str, range(classes))), (1,) * classes)
    made = COMPONENT.load()(COMPONENT.config(**COMPONENT.tiny), dim=5, tasks={"what": task})
    made.fit(X, {"what": target}, seed=3)
    return made


def said(*arguments, **options):
    return fitted(*arguments, **options).predict_proba(X)["what"]


def theirs(target):
    model = XGBClassifier(
        n_estimators=10, max_depth=3, learning_rate=0.5, subsample=0.8, colsample_bytree=0.5, random_state=3, n_jobs=1
    )
    return model.fit(X, target).predict_proba(X)


@pytest.mark.parametrize("target", [KIND, np.minimum(KIND, 1)], ids=["three classes", "two classes"])
def test_it_equals_xgboost_itself(target):
    np.testing.assert_allclose(said(target, target.max() + 1), theirs(target), atol=1e-6)


def test_several_labels_are_one_model_each():
    expected = np.stack([theirs(column)[:, 1] for column in SEVERAL.T], 1)
    np.testing.assert_allclose(said(SEVERAL, 2, multi_label=True), expected, atol=1e-6)


def test_a_class_without_records_has_probability_zero_and_keeps_its_column():
    found = said(KIND * 2, 6)
    assert (found[:, [1, 3, 5]] == 0).all()
    np.testing.assert_allclose(found[:, [0, 2, 4]], said(KIND, 3))


def test_a_task_with_one_class_or_none_has_an_answer_also_after_saving(tmp_path):
    cases = [(np.full(90, 1), 3, False, [0, 1, 0]), (np.full(90, -1), 4, False, [0.25] * 4)]
    cases += [(np.tile([1, 0], (90, 1)), 2, True, [1, 0])]
    for number, (target, classes, multi_label, expected) in enumerate(cases):
        made, folder = fitted(target, classes, multi_label), tmp_path / str(number)
        folder.mkdir()
        made.save(folder)
        again = COMPONENT.load()(made.config, dim=5, tasks=made.tasks)
        again.load(folder)
        assert (again.predict_proba(X)["what"] == expected).all()


def test_saving_writes_json_only(tmp_path):
    fitted(SEVERAL, 2, multi_label=True).save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["task-0-0.json", "task-0-1.json", "trees.json"]
    assert all(json.loads(path.read_text()) for path in tmp_path.iterdir())


def test_without_the_package_the_hint_names_the_extra():
    assert COMPONENT.hint == 'pip install "vbg-framework[xgboost]"'
