import pytest
from pydantic import ValidationError

from vbg_framework.config.experiment import Experiment, InputsConfig, SplitConfig, TextConfig

PART = {"type": "x"}
SINGLE = {"data": PART, "tasks": ["form"], "encoders": {"image": PART}, "classifier": PART}


def test_the_defaults_are_those_of_the_paper():
    experiment = Experiment(**SINGLE)
    assert experiment.split == SplitConfig(ratios=(8, 1, 1), seed=42)
    assert (experiment.train.learning_rate, experiment.train.encoder_learning_rate) == (1e-4, 2e-5)
    assert (experiment.train.batch_size, experiment.train.warmup, experiment.train.clip) == (32, 0.1, 1.0)
    assert experiment.seed == 42


def test_a_single_encoder_needs_no_fusion_but_two_do():
    with pytest.raises(ValidationError, match="`fusion` is missing"):
        Experiment(**{**SINGLE, "encoders": {"image": PART, "text": PART}})


@pytest.mark.parametrize("wrong", [{"drop": ["title"]}, {"policy": "drop_fields"}])
def test_dropping_fields_needs_both_the_policy_and_the_fields(wrong):
    with pytest.raises(ValidationError, match="go together"):
        TextConfig(**wrong)


@pytest.mark.parametrize(
    ("labels", "encoder", "told"),
    [(["form"], "metadata", "must not name a task to learn"), (["glaze"], "image", "needs an encoder of `metadata`")],
)
def test_known_labels_are_of_other_tasks_and_somebody_reads_them(labels, encoder, told):
    with pytest.raises(ValidationError, match=told):
        Experiment(**{**SINGLE, "encoders": {encoder: PART}, "inputs": {"labels": labels}})


@pytest.mark.parametrize("config", [Experiment, TextConfig, InputsConfig, SplitConfig])
def test_every_key_is_described(config):
    assert [name for name, field in config.model_fields.items() if not field.description] == []
