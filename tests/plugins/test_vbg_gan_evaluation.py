import numpy as np
import pytest
import torch
from gan_pictures import config, frames, view
from PIL import Image
from torch.nn import functional
from vbg_gan import StyleConfig
from vbg_gan.evaluation import Evaluation, paint
from vbg_gan.features import feature_network
from vbg_gan.grid import labelled_rows
from vbg_gan.players import Players
from vbg_gan.sampler import Codes
from vbg_gan.table import AttributeTable


def setting(folder, kept_out, counts=None):
    table = AttributeTable.learn(view(), ["colour"])
    codes = Codes(table)
    network = feature_network(StyleConfig())
    generator = Players(config(), len(table.classes), codes, seed=0).generator
    return Evaluation(network, codes, table, frames(counts=counts), kept_out, folder, seed=0), generator


class Repeats(torch.nn.Module):
    """Stands where a generator stands, and shows given pictures."""

    latent = 3

    def __init__(self, pixels):
        super().__init__()
        self.pixels = torch.nn.Parameter(torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1)

    def forward(self, z, classes, values):
        return self.pixels[: len(z)]


def test_painting_is_in_evaluation_mode_and_leaves_the_mode_as_it_was(tmp_path):
    _, generator = setting(tmp_path, None)
    classes, values = torch.zeros(70, dtype=torch.long), torch.zeros(70, 1, dtype=torch.long)
    before = {name: tensor.clone() for name, tensor in generator.state_dict().items()}
    made = paint(generator.train(), classes, values, torch.Generator().manual_seed(0))
    assert made.shape == (70, 32, 32, 3)
    assert made.dtype == np.uint8
    assert generator.training
    assert all(torch.equal(before[name], tensor) for name, tensor in generator.state_dict().items())
    again = paint(generator.eval(), classes, values, torch.Generator().manual_seed(0))
    np.testing.assert_array_equal(made, again)
    assert not generator.training


def test_kid_is_near_zero_for_the_same_kind_of_pictures_and_large_for_another(tmp_path):
    draws = np.random.default_rng(0)
    pictures = [draws.integers(0, high, (40, 32, 32, 3)).astype(np.uint8) for high in (256, 256, 90)]
    kept_out = frames(counts={"bowl": 20, "vase": 20})
    evaluation, _ = setting(tmp_path, type(kept_out)(pictures[0], kept_out.facts))
    same, other = (evaluation.kid(Repeats(made)) for made in pictures[1:])
    assert abs(same) < 0.05 * other


def test_kid_takes_three_pictures_kept_out(tmp_path):
    for kept_out in (None, frames(counts={"bowl": 2})):
        evaluation, generator = setting(tmp_path, kept_out)
        assert evaluation.kid(generator) is None


def test_features_for_kid_are_means_and_deviations_of_every_channel(tmp_path):
    kept_out = frames(counts={"bowl": 4})
    evaluation, _ = setting(tmp_path, kept_out)
    maps = evaluation.network(torch.from_numpy(kept_out.pixels).permute(0, 3, 1, 2) / 127.5 - 1)
    means = torch.cat([functional.adaptive_avg_pool2d(each, 1).flatten(1) for each in maps], dim=1)
    assert evaluation.real.shape == (4, 2 * means.shape[1])
    assert evaluation.real.mean(axis=0) == pytest.approx(0, abs=1e-6)


def test_a_grid_has_a_row_for_every_class_with_pictures_and_the_scarcest_if_there_are_many(tmp_path):
    evaluation, generator = setting(tmp_path, None)
    assert evaluation.rows == ["bowl", "vase"]
    evaluation.grid(generator, 500)
    assert Image.open(tmp_path / "step-000500.png").size == (evaluation_width(["bowl", "vase"]), 2 * 34)


def evaluation_width(labels):
    empty = labelled_rows({name: np.zeros((8, 32, 32, 3), np.uint8) for name in labels})
    return empty.width


def test_rows_may_differ_in_length_and_labels_are_written_beside_them():
    sheet = labelled_rows(
        {"bowl": np.full((3, 8, 8, 3), 40, np.uint8), "a long name": np.zeros((1, 8, 8, 3), np.uint8)}
    )
    pixels = np.asarray(sheet)
    assert (pixels == 40).all(axis=2).sum() >= 3 * 64
    assert (pixels[:, :20] < 128).any()


def test_no_rows_make_an_empty_sheet():
    assert labelled_rows({}).height == 1
