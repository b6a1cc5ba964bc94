import numpy as np
import pytest
import torch
from gan_pictures import config, frames, museum, view
from PIL import Image
from torch.nn import functional
from vbg_gan import StyleConfig
from vbg_gan.evaluation import Evaluation, paint
from vbg_gan.features import FeatureNetwork, feature_network
from vbg_gan.frames import Frames
from vbg_gan.grid import labelled_rows
from vbg_gan.players import Players
from vbg_gan.sampler import Codes
from vbg_gan.table import AttributeTable

pytestmark = pytest.mark.slow


def setting(folder, kept_out, counts=None, network=None):
    table = AttributeTable.learn(view(), ["colour"])
    codes = Codes(table)
    network = network or feature_network(StyleConfig())
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
    assert evaluation.kept.shape == (2 * means.shape[1],)
    assert evaluation.real.shape == (4, evaluation.kept.sum())
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


def slow_distance(real, fake):
    """The unbiased squared maximum mean discrepancy with the kernel (x.y / D + 1)^3, pair by pair."""

    def kernel(x, y):
        return (sum(a * b for a, b in zip(x.tolist(), y.tolist(), strict=True)) / len(x) + 1) ** 3

    n = len(real)
    within = [kernel(s[i], s[j]) for s in (real, fake) for i in range(n) for j in range(n) if i != j]
    across = [kernel(x, y) for x in real for y in fake]
    return sum(within) / (n * (n - 1)) - 2 * sum(across) / n**2


def slow_features(network, pixels):
    """Mean and standard deviation of every channel of every stage, picture by picture."""
    rows = []
    for picture in pixels:
        maps = network(torch.from_numpy(picture.copy()).permute(2, 0, 1)[None] / 127.5 - 1)
        stats = [[stat(channel) for channel in each[0].double().numpy()] for each in maps for stat in (np.mean, np.std)]
        rows.append(np.concatenate(stats))
    return np.stack(rows)


def kept_out(folder, pixels, network=None):
    """An evaluation with these pictures kept out."""
    facts = frames(counts={"bowl": len(pixels)}).facts
    return setting(folder, Frames(pixels, facts), network=network)[0]


def test_kid_is_the_polynomial_distance_of_the_features_that_vary(tmp_path):
    real, fake = museum(64, 24).pixels.reshape(2, 12, 64, 64, 3)
    evaluation = kept_out(tmp_path, real)
    mine, theirs = (slow_features(evaluation.network, pixels) for pixels in (real, fake))
    spread = mine.std(axis=0)
    varies = spread > spread.mean() / 10
    assert 0 < (~varies).sum() < len(varies) / 4  # some channels of the random network hardly see these pictures
    scaled = [((each - mine.mean(axis=0)) / spread.clip(1e-12))[:, varies] for each in (mine, theirs)]
    assert evaluation.kid(Repeats(fake)) == pytest.approx(slow_distance(*scaled), rel=1e-3)


def degraded(pixels):
    """Pictures spoilt by boxes an eighth of the side wide, by blocks of that size in random order, and by noise."""
    draws, (count, side) = np.random.default_rng(0), pixels.shape[:2]
    blocks = pixels.reshape(count, 8, side // 8, 8, side // 8, 3).swapaxes(2, 3)  # (n, 8, 8, b, b, 3)
    boxes = np.broadcast_to(blocks.mean(axis=(3, 4), keepdims=True), blocks.shape).astype(np.uint8)
    mixed = np.stack([each.reshape(64, -1)[draws.permutation(64)] for each in blocks]).reshape(blocks.shape)
    whole = [each.swapaxes(2, 3).reshape(pixels.shape) for each in (boxes, mixed)]
    return dict(zip(("boxes", "shuffled", "noise"), [*whole, draws.integers(0, 256, pixels.shape)], strict=True))


def trained(request):
    """A network of transformers that was trained, where the folder with its weights is at hand."""
    folder = request.getfixturevalue("shared") / "weights" / "mobilenet_v2_1.0_224"
    return feature_network(StyleConfig(network="transformers", weights=str(folder)))


@pytest.mark.parametrize(
    ("side", "count", "network"),
    [(64, 300, None), (224, 48, None), (64, 300, trained), (224, 48, trained)],
    ids=["random-64", "random-224", "trained-64", "trained-224"],
)
def test_kid_to_other_real_pictures_is_far_below_that_to_spoilt_ones(tmp_path, request, side, count, network):
    real, other = museum(side, 2 * count).pixels.reshape(2, count, side, side, 3)
    evaluation = kept_out(tmp_path, real, network and network(request))
    spoilt = {name: evaluation.kid(Repeats(made.astype(np.uint8))) for name, made in degraded(other).items()}
    assert abs(evaluation.kid(Repeats(other))) < 0.1 * min(spoilt.values()), spoilt
    assert max(spoilt.values()) == spoilt["noise"]
    assert spoilt["noise"] < 1e4 * min(spoilt.values())


class Bright(FeatureNetwork):
    """Red, green and blue; and, if asked for, a channel that fires on bright pixels alone."""

    def __init__(self, fires):
        super().__init__()
        self.fires = fires

    def stages(self, pixels):
        return [torch.cat([pixels, functional.relu(pixels[:, :1] - 0.5)], dim=1) if self.fires else pixels]


@pytest.mark.parametrize("brightest", [190, 193])  # the channel never fires on real pictures, or hardly
def test_a_channel_that_generated_pictures_alone_make_fire_does_not_count(tmp_path, brightest):
    draws = np.random.default_rng(0)
    real, fake = (draws.integers(0, high, (30, 8, 8, 3)).astype(np.uint8) for high in (brightest, 256))
    found = [kept_out(tmp_path, real, Bright(fires)).kid(Repeats(fake)) for fires in (True, False)]
    assert 0 < found[0] == pytest.approx(found[1], rel=1e-5)


def test_there_is_no_kid_to_pictures_that_are_all_the_same(tmp_path):
    evaluation = kept_out(tmp_path, np.full((5, 32, 32, 3), 90, np.uint8))
    assert evaluation.kid(Repeats(np.zeros((5, 32, 32, 3), np.uint8))) is None
