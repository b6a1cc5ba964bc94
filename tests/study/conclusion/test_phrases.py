import pytest

from vbg_framework.statistics import Interval
from vbg_framework.study.comparison.analysis import METRICS
from vbg_framework.study.conclusion.phrases import chance, duration, joined, level, meaning, name, points, span, title

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0031, "+0.3"), (-0.12, f"{MINUS}12.0"), (-0.0001, "0.0"), (0.1, "+10.0"), (None, "—")]
)
def test_differences_are_points_with_a_sign(value, text):
    assert points(value) == text


def test_intervals_levels_and_chances_are_short():
    assert span(Interval(-0.012, 0.018)) == f"{MINUS}1.2 to +1.8"
    assert (span(None), chance(None)) == ("—", "—")
    assert (level(0.05), level(0.001)) == ("95 %", "99.9 %")
    assert (chance(0.0004), chance(0.0625), chance(1.0)) == ("< .001", ".062", "1")


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "—"), (0.25, "0.2 s"), (59, "59.0 s"), (90, "1.5 min"), (5400, "1.5 h")]
)
def test_durations_have_the_unit_a_person_would_use(seconds, text):
    assert duration(seconds) == text


def test_names_are_joined_as_in_a_sentence():
    assert [joined(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "none",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_of_a_study_has_a_title_and_a_meaning(metric):
    assert title(metric)
    assert meaning(metric)


def test_names_of_metrics_fit_into_a_sentence():
    assert [name(metric) for metric in ("macro_f1", "map", "roc_auc", "ece")] == [
        "macro F1", "mAP", "ROC AUC", "calibration error",
    ]  # fmt: skip
