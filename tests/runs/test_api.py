import subprocess
import sys

import pytest
from tiny import TINY

import vbg_framework


def test_importing_the_package_imports_nothing_else():
    code = "import sys, vbg_framework; assert not {'torch', 'pydantic', 'yaml', 'pluggy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", vbg_framework.__all__)
def test_every_public_name_exists(name):
    assert getattr(vbg_framework, name) is not None


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Trainer'"):
        vbg_framework.Trainer  # noqa: B018


def test_an_experiment_runs_and_its_model_predicts_by_name(tmp_path):
    sets = ["train.steps=2"]
    run = vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=sets)
    model = vbg_framework.load(run.name, runs=tmp_path)
    assert next(model.predict([{"text": "a piece"}])).classes["form"] in model.tasks["form"].classes
