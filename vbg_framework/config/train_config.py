"""The options of training and calibration. Light: never imports torch."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from vbg_framework.config.slots import Choice
from vbg_framework.contracts.spec import Config

Fraction = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class TrainConfig(Config):
    """How a model is trained. The budget is counted in optimiser steps."""

    steps: Count = 1000
    """Optimiser steps."""
    epochs: Count | None = None
    """Passes over the training records instead of `steps`; more records, more steps, so not for comparisons."""
    batch_size: Count = 32
    """Records per optimiser step, over all processes and accumulation."""
    micro_batch_size: Count | None = None
    """Records per forward pass and process; null = as many as fit (halved when memory runs out)."""
    folds: Annotated[int, Field(ge=2)] | None = None
    """Of a head that is fitted: so many folds of whole objects over training and validation records give answers out of
    fold, which stand for the validation split; then the head is fitted on both. null = on the training records."""
    sampling: Choice = "natural"
    """The sampler of training records: a name, or `{type: ..., options}`. natural: every record once per pass.
    balanced: each class of `loop.task` (null = the first task) equally often."""
    modality_dropout: dict[str, Fraction] = {}
    """Modality -> share of the training records it is hidden from, anew in every pass; one is always left. So a model
    learns to do without."""
    learning_rate: Positive = 1e-4
    """Peak learning rate of fusion and classifier."""
    encoder_learning_rate: Annotated[float, Field(ge=0)] | dict[str, Annotated[float, Field(ge=0)]] = 2e-5
    """Peak learning rate of the encoders; one number, or key of an encoder (else its modality) -> number."""
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Peak learning rate of each layer of an encoder, as a share of that of the layer above it; the last has the
    encoder's. 1 = all alike."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    """Decay of weight matrices (not of biases, norms and embeddings)."""
    optimizer: Choice = "adamw"
    """The optimiser: a name, or `{type: ..., options}`."""
    warmup: Fraction = 0.1
    """Share of the steps in which the learning rate rises linearly from zero."""
    probe: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the steps, at the start, in which encoders stay as they are, so that fusion and classifier fit them
    before all is fine-tuned. Each part has a warm-up and a schedule of its own. 0 = all is trained from the start."""
    average: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the steps after the probe, at the end, whose weights are averaged; what is measured and kept is then the
    mean. 0 = the weights as they stand."""
    schedule: Choice = "linear"
    """How the learning rate goes on after the warm-up: a name, or `{type: ..., options}`."""
    clip: Positive | None = 1.0
    """Largest norm of the gradient; null = no clipping."""
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """auto: bf16 where the hardware computes it natively, else fp32."""
    features: Literal["fp32", "bf16", "fp16"] = "fp32"
    """Precision of the cached features of frozen encoders; bf16 and fp16 halve their size on disk."""
    evaluate_every: Count | None = None
    """Steps between evaluations on the validation split; null = 20 evaluations in a run."""
    metric: Choice = "macro_f1"
    """Validation metric (mean over tasks) that selects the best model: a name, or `{type: ..., options}`."""
    patience: Count | None = None
    """Stop after so many evaluations without a better one; null = use the whole budget."""
    checkpoint_seconds: Annotated[float, Field(ge=0)] = 60
    """Least time between two checkpoints; one is also written after every evaluation that finds a better model."""
    workers: Annotated[int, Field(ge=0)] = 0
    """Extra processes that read and prepare batches."""


class CalibrationConfig(Config):
    """How sure a trained model may say it is; learnt on the validation split."""

    method: Choice | None = None
    """The calibration of probabilities, learnt on the validation split: a name, or `{type: ..., options}`. temperature:
    logits are divided by one number. isotonic: a rising curve per class. null = none."""
    coverage: Annotated[float, Field(gt=0, lt=1)] | None = 0.9
    """Nominal coverage of prediction sets: the share of objects whose set shall hold the true class; null = no sets."""

    @model_validator(mode="before")
    @classmethod
    def _temperature_was_a_switch(cls, given: Any) -> Any:
        """`temperature: true`, as experiments of before have it, means `method: temperature`."""
        if not isinstance(given, dict) or not isinstance(given.get("temperature"), bool):
            return given
        rest = {key: value for key, value in given.items() if key != "temperature"}
        return rest | {"method": "temperature" if given["temperature"] else None}
