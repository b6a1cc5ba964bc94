import numpy as np
import pytest
from safetensors.numpy import load_file
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from vbg_sklearn import vbg_components

from vbg_framework.contracts.record import Task

COMPONENTS = {component.name: component for component in vbg_components()}
DRAW = np.random.default_rng(0)
X = (DRAW.normal(0, 1, (90, 5)) * [1, 5, 0.2, 1, 1] + [0, 9, 0, 0, 1]).astype(np.float32)
KIND = (X[:, 0] + DRAW.normal(0, 1, 90) > 0).astype(int) + (X[:, 1] > 10)
SEVERAL = np.stack([KIND > 0, X[:, 2] > 0.1], 1).astype(int)


def fitted(name, target, classes, multi_label=False, **options):
    component = COMPONENTS[name]
    task = Task("what", multi_label, tuple(map(str, range(classes))), (1,) * classes)
    made = component.load()(component.config(**options), dim=X.shape[1], tasks={"what": task})
    made.fit(X, {"what": target}, seed=3)
    return made


def said(*arguments, **options):
    return fitted(*arguments, **options).predict_proba(X)["what"]


@pytest.mark.parametrize("target", [KIND, KIND > 0], ids=["three classes", "two classes"])
@pytest.mark.parametrize("weights", ["none", "balanced"])
def test_logistic_regression_equals_scikit_learn(target, weights):
    reference = LogisticRegression(C=0.3, class_weight=None if weights == "none" else weights, max_iter=1000)
    expected = make_pipeline(StandardScaler(), reference).fit(X.astype(float), target * 1).predict_proba(X)
    found = said("logistic_regression", target * 1, target.max() + 1, c=0.3, class_weights=weights)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_logistic_regression_without_scaling_equals_scikit_learn():
    expected = LogisticRegression(max_iter=1000).fit(X.astype(float), KIND).predict_proba(X)
    np.testing.assert_allclose(said("logistic_regression", KIND, 3, standardise=False), expected, atol=1e-6)


def test_several_labels_are_one_against_the_rest():
    reference = make_pipeline(StandardScaler(), OneVsRestClassifier(LogisticRegression(max_iter=1000)))
    expected = reference.fit(X.astype(float), SEVERAL).predict_proba(X)
    np.testing.assert_allclose(said("logistic_regression", SEVERAL, 2, multi_label=True), expected, atol=1e-6)


@pytest.mark.parametrize(("classes", "activation"), [(3, lambda d: softmax(d, 1)), (2, lambda d: expit(d))])
def test_the_svm_says_the_softmax_of_its_decision_values(classes, activation):
    target = np.minimum(KIND, classes - 1)
    reference = make_pipeline(StandardScaler(), LinearSVC(C=0.01, random_state=3)).fit(X.astype(float), target)
    expected = activation(reference.decision_function(X))
    found = said("linear_svm", target, classes)
    np.testing.assert_allclose(found if classes == 3 else found[:, 1], expected, atol=1e-6)
    assert (found.argmax(1) == reference.predict(X)).all()


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_class_without_records_has_probability_zero_and_keeps_its_column(name):
    found = said(name, KIND * 2, 6)
    assert found.shape == (90, 6)
    assert (found[:, [1, 3, 5]] == 0).all()
    np.testing.assert_allclose(found[:, [0, 2, 4]], said(name, KIND, 3), atol=1e-9)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_task_with_one_class_or_none_has_an_answer(name):
    assert (said(name, np.full(90, 1), 3) == [0, 1, 0]).all()
    np.testing.assert_allclose(said(name, np.full(90, -1), 4), 0.25)
    always_never = np.stack([np.ones(90), np.zeros(90)], 1).astype(int)
    assert (said(name, always_never, 2, multi_label=True) == [1, 0]).all()


def test_saving_writes_numbers_only(tmp_path):
    made = fitted("linear_svm", KIND, 4)
    made.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lines.safetensors"]
    assert {name: value.shape for name, value in load_file(tmp_path / "lines.safetensors").items()} == {
        "0.weight": (4, 5), "0.bias": (4,),
    }  # fmt: skip
