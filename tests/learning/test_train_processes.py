"""A step that is shared: by processes, micro-batches, real and generated records."""

import pytest
import shared_step
import torch
import warm
from safetensors.torch import load_file

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[1, 2, 3])
def shared(request, tmp_path_factory):
    """What so many processes found."""
    file = tmp_path_factory.mktemp("step") / "found.safetensors"
    warm.together(request.param, shared_step.main, file)
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
