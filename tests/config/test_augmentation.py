"""What an experiment says about new records."""

import pytest
from pydantic import ValidationError

from vbg_framework.config.augmentation import LoopConfig, MixConfig


def test_the_defaults_add_what_scarce_classes_lack_in_one_round():
    assert LoopConfig().rounds == 1
    assert LoopConfig().count is None
    assert MixConfig().policy == "concat"


@pytest.mark.parametrize(
    ("policy", "option"), [("ratio", {"share": 0.1}), ("fill_to", {"count": 50}), ("replace", {"probability": 0.5})]
)
def test_each_policy_has_its_option(policy, option):
    MixConfig(policy=policy, **option)
    with pytest.raises(ValidationError, match="go together"):
        MixConfig(policy=policy)
    with pytest.raises(ValidationError, match="go together"):
        MixConfig(**option)


@pytest.mark.parametrize("bad", [{"rounds": 0}, {"confidence": 1.5}, {"inner": 0.9}, {"quota": {"a": -1}}, {"x": 1}])
def test_impossible_values_are_refused(bad):
    with pytest.raises(ValidationError):
        LoopConfig(**bad)


def test_amounts_rise_and_are_of_what_is_added():
    assert MixConfig(amounts=[0, 0.5, 1]).amounts == [0, 0.5, 1]
    for bad in ([1], [0, 0], [0.5, 0.25], [0, 1.5]):
        with pytest.raises(ValidationError):
            MixConfig(amounts=bad)
    for policy in ({"policy": "replace", "probability": 0.5}, {"policy": "synthetic_only"}):
        with pytest.raises(ValidationError, match="choose concat, ratio or fill_to"):
            MixConfig(amounts=[0, 1], **policy)
