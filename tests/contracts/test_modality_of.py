"""Keys of encoders and what they read."""

from vbg_framework.contracts.modality import modality_of


def test_a_further_encoder_reads_what_stands_before_the_hyphen():
    assert [modality_of(key) for key in ("image", "image-small", "text-two-3")] == ["image", "image", "text"]
