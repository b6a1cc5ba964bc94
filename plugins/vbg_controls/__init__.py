"""Plugin `controls`: what studies compare with."""

from __future__ import annotations

from vbg_framework import Component, Config, hookimpl

CLASSES = {
    "none": "RealOnly",
    "duplicate": "Duplicate",
    "oversample": "Oversample",
    "classical": "Classical",
    "text_only": "TextOnly",
    "extra_real": "ExtraReal",
    "label_noise": "LabelNoise",
}


class ControlConfig(Config):
    """No options."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the controls."""
    return [
        Component("control", name, ControlConfig, f"vbg_controls.arms:{class_name}")
        for name, class_name in CLASSES.items()
    ]
