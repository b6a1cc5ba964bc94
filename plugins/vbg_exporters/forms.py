"""Exporters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vbg_framework import Exporter
from vbg_framework.toolkit import check_onnx, write_bundle, write_onnx, write_repository


class Folder(Exporter):
    """A run without its records, which `vbg predict` and `load` take for a run."""

    def write(self, finished: Any, folder: Path) -> str:
        """The model, what describes its run, and a card."""
        write_bundle(finished, folder)
        return "Use it with: vbg predict {folder} TABLE --out PREDICTIONS"


class Hub(Exporter):
    """The same with the front matter that the Hugging Face hub reads."""

    uploads = True

    def write(self, finished: Any, folder: Path) -> str:
        """A repository."""
        write_repository(finished, folder)
        return "Upload it with: hf upload OWNER/NAME {folder}"


class Onnx(Exporter):
    """A graph that gives the model's probabilities, with what its inputs are made from."""

    def check(self) -> None:
        """Whether its packages are there."""
        check_onnx()

    def write(self, finished: Any, folder: Path) -> str:
        """The graph is compared with the model before anybody gets it."""
        return f"Compared with the model: {write_onnx(finished, folder)}."
