"""One photograph or one text, answered on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.blame import plugin_errors
from vbg_framework.config.plugins import Plugins
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.learning.prediction.saved import load
from vbg_framework.screen import Screen

HEADER = ("task", "answer", "probability", "may be right")


def answer_one(run: RunFolder, plugins: Plugins, picture: Path | None, text: str | None, screen: Screen) -> Prediction:
    """What the model of a run says of a picture, a text, or a record with both.

    Raises:
        VBGError: nothing is given, or the model can read nothing of it.
    """
    given: dict[str, Any] = {"image": picture, "text": text}
    if picture is None and not text:
        raise VBGError("vbg predict", "nothing to predict", "Give a table, a folder, a picture or --text.")
    if picture and not picture.is_file():
        raise VBGError(str(picture), "no such file or folder", "Check the path.")
    model = load(run, plugins, screen.say)
    with plugin_errors(model.parts):
        (said,) = model.predict([{"id": str(picture or ""), **given}], tell=screen.say)
    if not said.classes:
        reads = " and ".join(model.experiment.modalities)
        raise VBGError(said.id or "--text", said.problem, f"The model reads {reads}.")
    if said.problem:
        screen.say(f"Note   {said.problem}.")
    return said


def answer_rows(said: Prediction, probabilities: bool) -> Iterator[tuple[str, ...]]:
    """A row per task under `HEADER`; with `probabilities` one more for every class, the most probable first."""
    for task, chosen in said.classes.items():
        result = said.probabilities[task]
        named = chosen if isinstance(chosen, str) else ", ".join(chosen) or "none of them"
        yield task, named, f"{max(result.values()):.3f}", ", ".join(said.sets.get(task, ()))
        for name in sorted(result, key=lambda name: -result[name]) if probabilities else ():
            yield "", name, f"{result[name]:.3f}", ""
