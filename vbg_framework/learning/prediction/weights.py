"""The weights of a saved model, read back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors.torch import load_model

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.model import Model
from vbg_framework.learning.prediction.about import WEIGHTS

ESTIMATOR = "estimator"


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Blame the folder for whatever a component makes of what lies in it."""
    try:
        yield
    except VBGError:
        raise
    except Exception as error:  # third-party code may raise anything
        first = (str(error).splitlines() or [""])[0]
        fix = "Restore it, or use the versions of the plugins and packages that environment.json of the run names."
        raise VBGError(str(folder), f"does not fit the model ({type(error).__name__}: {first})", fix) from error


def load_weights(model: Model, folder: Path) -> None:
    """Fill a model with what lies in its folder."""
    load_model(model, str(folder / WEIGHTS))
    if isinstance(model.classifier, EstimatorHead):
        model.classifier.load(folder / ESTIMATOR)
