"""A step that is shared: by processes, micro-batches, real and generated records."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import shared_step
import torch
from safetensors.torch import load_file

pytestmark = pytest.mark.slow

SCRIPT = Path(shared_step.__file__)


@pytest.fixture(scope="module", params=[1, 2, 3])
def shared(request, tmp_path_factory):
    """What so many processes found."""
    file = tmp_path_factory.mktemp("step") / "found.safetensors"
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={request.param}"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*torchrun, str(SCRIPT), str(file)], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return load_file(file)


@pytest.fixture(scope="module")
def whole():
    """The same steps in one process, each as one large batch."""
    shapes = {(size, None) for size, _ in shared_step.SHAPES}
    return {case[:2] + case[3:]: shared_step.gradients(*case) for case in shared_step.cases(shapes).values()}


def test_gradient_and_loss_are_those_of_one_large_batch_however_a_step_is_shared(shared, whole):
    for name, (head, size, _, weight, mixed) in shared_step.cases().items():
        expected = whole[head, size, weight, mixed]
        assert {key for key in shared if key.startswith(f"{name}/")} == {f"{name}/{key}" for key in expected}, name
        for key, value in expected.items():
            torch.testing.assert_close(shared[f"{name}/{key}"], value, atol=1e-6, rtol=1e-5, msg=f"{name}: {key}")
