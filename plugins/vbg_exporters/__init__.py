"""Plugin `exporters`: what `vbg export` writes."""

from __future__ import annotations

from vbg_framework import Component, Config, hookimpl

CLASSES = {"folder": "Folder", "hub": "Hub", "onnx": "Onnx"}
HINT = 'pip install "vbg-framework[onnx]"'


class ExporterConfig(Config):
    """No options."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the exporters."""
    return [
        Component("exporter", name, ExporterConfig, f"vbg_exporters.forms:{made}", hint=HINT if name == "onnx" else "")
        for name, made in CLASSES.items()
    ]
