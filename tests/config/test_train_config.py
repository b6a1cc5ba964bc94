import pytest
from pydantic import ValidationError

from vbg_framework.config.train_config import CalibrationConfig, TrainConfig


@pytest.mark.parametrize(
    "wrong",
    [{"steps": 0}, {"warmup": 1.1}, {"clip": 0}, {"precision": "fp16"}, {"encoder_learning_rate": {"image": -1}}],
)
def test_values_outside_their_range_are_refused(wrong):
    with pytest.raises(ValidationError):
        TrainConfig(**wrong)


@pytest.mark.parametrize("config", [TrainConfig, CalibrationConfig])
def test_every_key_is_described(config):
    assert [name for name, field in config.model_fields.items() if not field.description] == []
