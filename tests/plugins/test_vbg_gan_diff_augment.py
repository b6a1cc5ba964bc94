import pytest
import torch
from vbg_gan.diff_augment import diff_augment

CHANGES = ["color", "translation", "cutout"]


def draws(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(count=6, side=16):
    return torch.rand(count, 3, side, side, generator=draws(9)) * 1.6 - 0.8


@pytest.mark.parametrize("change", CHANGES)
def test_gradients_flow_back_through_a_change(change):
    given = pictures(2, 8).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: diff_augment(x, [change], draws()), given)
    diff_augment(given, [change], draws()).sum().backward()
    assert given.grad.abs().sum() > 0


@pytest.mark.parametrize("change", CHANGES)
def test_every_picture_is_changed_in_its_own_way_and_the_seed_decides(change):
    same = pictures(1).expand(6, -1, -1, -1)
    made = diff_augment(same, [change], draws())
    assert made.shape == same.shape
    assert len({tuple(each.flatten().tolist()) for each in made}) > 1
    assert torch.equal(made, diff_augment(same, [change], draws()))
    assert not torch.equal(made, diff_augment(same, [change], draws(1)))


def test_nothing_is_changed_without_changes():
    given = pictures()
    assert diff_augment(given, [], draws()) is given


def test_translation_moves_by_an_eighth_at_most_and_continues_the_edge():
    given = pictures(64)
    made = diff_augment(given, ["translation"], draws())
    moves = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
    found = set()
    for before, after in zip(given, made, strict=True):
        for dy, dx in moves:
            rows, columns = ([min(max(place + move, 0), 15) for place in range(16)] for move in (dy, dx))
            if torch.equal(before[:, rows][:, :, columns], after):
                found.add((dy, dx))
                break
        else:
            pytest.fail("no shift explains the picture")
    assert len(found) > 15


def test_cutout_turns_one_square_grey_and_leaves_the_rest():
    given = pictures(64) + 2  # no zero to begin with
    for before, after in zip(given, diff_augment(given, ["cutout"], draws()), strict=True):
        blank = (after == 0).all(dim=0)
        rows, columns = blank.any(1).nonzero().squeeze(1), blank.any(0).nonzero().squeeze(1)
        assert blank[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
        assert 3 <= len(rows) <= 8
        assert 3 <= len(columns) <= 8
        assert torch.equal(after[:, ~blank], before[:, ~blank])


def test_color_keeps_every_edge_where_it_was():
    given = torch.zeros(8, 3, 8, 8)
    given[:, :, :, 4:] = 0.5
    for after in diff_augment(given, ["color"], draws()):
        left, right = after[..., :4], after[..., 4:]
        assert left.std(dim=(1, 2)).max() < 1e-6
        assert right.std(dim=(1, 2)).max() < 1e-6
        assert (right - left).min() > 0


def test_nothing_is_ever_mirrored():
    given = torch.full((32, 3, 16, 16), -0.5)
    given[:, :, 4:12, 2:5] = 0.9
    for after in diff_augment(given, ["color", "translation"], draws()):
        grey = after.mean(dim=0) - after.mean()
        assert (grey[:, :8].mean() > grey[:, 8:].mean()).item()
