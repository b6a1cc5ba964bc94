"""Fingerprints of images."""

import io

import pytest
from PIL import Image, ImageDraw

from vbg_framework.data.pictures.hashes import BITS, phash, sha256


def drawing(seed=0, size=(120, 90)):
    image = Image.radial_gradient("L").resize(size)
    ImageDraw.Draw(image).ellipse((10 + 20 * seed, 20, 50 + 10 * seed, 60 + 5 * seed), fill=240 - 60 * seed)
    return image


def distance(first, second):
    return (int(phash(first), 16) ^ int(phash(second), 16)).bit_count()


def jpeg(image):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("L")


def test_equal_bytes_have_equal_hashes():
    assert sha256(b"a") == sha256(b"a") != sha256(b"b")
    assert len(sha256(b"")) == 64


@pytest.mark.parametrize("change", [jpeg, lambda im: im.resize((60, 45)), lambda im: im.point(lambda v: v * 0.9)])
def test_a_changed_copy_looks_nearly_the_same(change):
    assert distance(drawing(), change(drawing())) <= 28


def test_another_picture_looks_different():
    assert distance(drawing(0), drawing(2)) > 60
    assert len(phash(drawing())) == BITS // 4


def test_a_black_border_does_not_matter():
    padded = Image.new("L", (120, 120))
    padded.paste(drawing(), (0, 15))
    assert distance(padded, drawing()) <= 28


@pytest.mark.parametrize("colour", ["black", "grey", "white"])
def test_a_blank_picture_looks_like_nothing(colour):
    assert phash(Image.new("L", (64, 64), colour)) is None
