"""Keeps libraries from telling their makers that they are used. Light: they read this when they are imported."""

from __future__ import annotations

import os

OFF = {
    "ORT_DISABLE_TELEMETRY": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
}
"""Variable -> what switches telemetry off: ONNX Runtime (on Linux from 1.29), MLflow (from 3.2), Hugging Face, Ray."""


def no_telemetry() -> None:
    """Set these variables for this process and those it starts; what the user has set stays."""
    for name, value in OFF.items():
        os.environ.setdefault(name, value)
