"""A classifier trained by two processes: they start from the same weights and fit the same head."""

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
import warm
from safetensors.torch import load_file, save_file
from tiny import TINY
from vbg_vit import VitConfig
from vbg_vit.encoder import VitEncoder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A file of weights that nobody draws by chance."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(77)
    config = VitConfig(image_size=32, patch_size=8, dim=32, layers=1, heads=2)
    VitEncoder.prepare(config, [], folder, seed=0)
    net = VitEncoder(config, assets=folder).net
    save_file({name: 2 * value for name, value in net.state_dict().items()}, str(folder / "vit.safetensors"))
    return folder / "vit.safetensors"


def test_a_head_fitted_on_changed_pictures_is_the_same_however_many_processes_there_are(weights, tmp_path):
    """Changed pictures are encoded anew by every process, with the weights that only the first one read."""
    sets = [
        f"encoders.image={{weights: {weights}, patch_size: null, dim: null, layers: null, frozen: true}}",
        "classifier={type: logistic_regression}",
        "augmenter={type: classical, jitter: 0.3}",
        "train.precision=fp32",
    ]
    one, two = warm.shared(tmp_path, "tiny-image", TINY, *sets)
    heads = [sorted((run.path / "model" / "estimator").glob("*.safetensors")) for run in (one, two)]
    assert len(heads[0]) == len(heads[1]) > 0
    for own, other in zip(*heads, strict=True):
        found = load_file(other)
        for name, value in load_file(own).items():
            torch.testing.assert_close(found[name], value, atol=1e-6, rtol=1e-6)
    said = [pq.read_table(run.path / "predictions.parquet").to_pylist() for run in (one, two)]
    for own, other in zip(*said, strict=True):
        assert np.allclose(own["form_probabilities"], other["form_probabilities"], atol=1e-5), own["id"]


def test_a_probe_and_averaged_weights_are_the_same_however_many_processes_there_are(tmp_path):
    sets = ["train={steps: 4, probe: 0.5, average: 0.5, layer_decay: 0.5, evaluate_every: 2, precision: fp32}"]
    one, two = warm.shared(tmp_path, "tiny-text", TINY, *sets, "classifier.dropout=0", "encoders.text.dropout=0")
    own, other = (load_file(run.path / "model" / "model.safetensors") for run in (one, two))
    for name, value in own.items():
        torch.testing.assert_close(other[name], value, atol=1e-5, rtol=1e-4, msg=name)
    said = [[line["loss"] for line in run.lines()] for run in (one, two)]
    assert len(said[0]) == 6
    assert said[1] == pytest.approx(said[0], rel=1e-4)
    assert [run.metrics()["probe_steps"] for run in (one, two)] == [2, 2]
    assert one.metrics()["best_step"] == two.metrics()["best_step"]
