"""The options of tuning."""

import pytest
from pydantic import ValidationError

from vbg_framework.config.tune_config import TuneConfig


def test_an_arm_has_the_options_of_all_arms_and_its_own():
    tune = TuneConfig(space={"a.b": {"low": 1, "high": 2}, "c": [1, None]}, arms={"gan": {"c": [3]}})
    assert tune.of("none") == {"a.b": {"low": 1.0, "high": 2.0, "log": False, "whole": False}, "c": [1, None]}
    assert tune.of("gan")["c"] == [3]
    assert (tune.trials, tune.metric, tune.seed) == (12, None, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"low": 2, "high": 1}, "`low` must be below `high`, got 2 and 1"),
        ({"low": 0, "high": 1, "log": True}, "`log` needs a `low` above 0, got 0"),
        ({"low": 1, "high": 2.5, "whole": True}, "`whole` needs whole ends, got 1 and 2.5"),
        ({"low": 1}, "high"),
        ([], "at least 1 item"),
        (3, "valid dictionary"),
    ],
)
def test_what_is_no_space_is_refused(given, said):
    with pytest.raises(ValidationError, match=said):
        TuneConfig(space={"a": given})


@pytest.mark.parametrize("key", ["train.steps", "split", "split.seed", "data.path", "seed", "train.batch_size"])
def test_what_all_arms_share_is_not_tuned(key):
    with pytest.raises(ValidationError, match=f"'{key}' must be the same for all arms"):
        TuneConfig(space={"train.learning_rate": [1, 2]}, arms={"gan": {key: [1, 2]}})


def test_a_study_without_anything_to_tune_is_refused():
    with pytest.raises(ValidationError):
        TuneConfig(space={})
