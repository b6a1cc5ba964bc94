import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.toolkit.cross_attention import check_heads, two_modalities


def test_the_order_does_not_depend_on_the_config():
    assert two_modalities({"text": 4, "image": 8}, "fusion 'x'") == ("image", "text")


@pytest.mark.parametrize(
    ("dims", "told"),
    [
        ({}, "got none. Use `fusion: null`"),
        ({"image": 4}, r"got 1 \(image\). Use `fusion: null`"),
        ({"image": 4, "text": 4, "metadata": 4}, r"got 3 \(image, metadata, text\). Use another fusion"),
    ],
)
def test_any_other_number_is_refused(dims, told):
    with pytest.raises(VBGError, match=rf"fusion 'x': needs exactly two modalities, {told}"):
        two_modalities(dims, "fusion 'x'")


def test_heads_share_the_features_equally():
    check_heads(12, 4, "fusion 'x'")
    with pytest.raises(VBGError, match="dim must be a multiple of heads, got dim 12 and heads 5"):
        check_heads(12, 5, "fusion 'x'")
