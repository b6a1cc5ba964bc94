"""No library tells its maker that it is used."""

import os
import subprocess
import sys

import pytest

from vbg_framework.base.telemetry import OFF, no_telemetry


def python(code, **environment):
    """What a new Python prints that has none of these variables, but for those given."""
    kept = {name: value for name, value in os.environ.items() if name not in {*OFF, "CI", "PYTEST_CURRENT_TEST"}}
    done = subprocess.run([sys.executable, "-c", code], env=kept | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_the_user_has_set_stays(monkeypatch):
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    no_telemetry()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "false"
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_onnx_runtime_keeps_no_queue_of_events_in_the_home_folder(tmp_path):
    pytest.importorskip("onnxruntime")
    python("import vbg_framework, onnxruntime", HOME=str(tmp_path))
    assert not list(tmp_path.rglob("*"))


def test_mlflow_counts_nothing():
    pytest.importorskip("mlflow")
    code = "from mlflow.telemetry.utils import is_telemetry_disabled; print(is_telemetry_disabled())"
    assert python(code) == "False"
    assert python(f"import vbg_framework; {code}") == "True"


def test_the_hub_and_ray_are_told_as_well():
    code = (
        "import vbg_framework; from huggingface_hub.constants import HF_HUB_DISABLE_TELEMETRY as off; print(off);"
        "import os; print(os.environ['RAY_USAGE_STATS_ENABLED'])"
    )
    assert python(code).split() == ["True", "0"]
