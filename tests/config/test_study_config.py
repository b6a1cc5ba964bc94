"""What a study says."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.options import validated
from vbg_framework.config.study_config import StudyConfig

GIVEN = {"experiment": "quickstart", "arms": {"gan": {"augmenter": "gan"}}}


def test_honest_controls_are_there_without_being_asked_for():
    assert StudyConfig(**GIVEN).controls == ["none", "duplicate", "oversample", "classical"]


def test_the_budget_is_steps_unless_somebody_says_otherwise():
    assert StudyConfig(**GIVEN).epochs is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"arms": {}}, "studies.x.arms"),
        ({"controls": ["none", "none"]}, "names one twice"),
        ({"controls": [7]}, "studies.x.controls"),
        ({"replicate": 3}, "Did you mean 'replicates'"),
        ({"alpha": 1.5}, "studies.x.alpha"),
        ({"task": []}, "studies.x.task"),
        ({"task": ["form", "form"]}, "`task` names one twice"),
        ({"reference": "vbg"}, "`reference` names 'vbg', which is no arm"),
        ({"published": {"source": "x", "arms": {"vbg": {}}}}, "`published.arms` names 'vbg', which is no arm"),
    ],
)
def test_a_mistake_is_named_with_its_key(changes, told):
    with pytest.raises(VBGError, match="studies.x") as error:
        validated(StudyConfig, {**GIVEN, **changes}, "studies.x")
    assert told in str(error.value)
