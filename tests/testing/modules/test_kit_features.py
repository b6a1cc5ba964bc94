import torch

from vbg_framework.testing.modules.features import BATCH, COUNTS, chosen, features, without

DIMS = {"image": 16, "text": 8}


def test_rows_hold_from_one_to_all_tokens_and_masked_ones_are_zero():
    for name, found in features(DIMS).items():
        lengths = found.mask.sum(1)
        assert found.tokens.shape == (BATCH, COUNTS[name], DIMS[name])
        assert lengths.min() >= 1
        assert lengths.max() == COUNTS[name]
        assert len(set(lengths.tolist())) > 1
        assert not found.tokens[~found.mask].any()
        torch.testing.assert_close(found.pooled, found.tokens.sum(1) / lengths[:, None])


def test_a_missing_modality_is_zero_and_masked_in_its_rows_only():
    batch = features(DIMS)
    gone = without(batch, "text", slice(1, 2))["text"]
    assert not gone.mask[1].any()
    assert not gone.tokens[1].any()
    assert not gone.pooled[1].any()
    assert torch.equal(gone.tokens[2:], batch["text"].tokens[2:])
    assert gone.mask[0].any()


def test_rows_can_be_chosen_in_any_order():
    batch = features(DIMS)
    turned = chosen(batch, torch.tensor([2, 0]))
    assert torch.equal(turned["image"].tokens, batch["image"].tokens[[2, 0]])
    assert torch.equal(turned["text"].mask, batch["text"].mask[[2, 0]])
