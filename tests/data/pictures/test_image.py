"""Decoding images from anywhere, and encoding for storage."""

import contextlib
import io
import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icc import ADOBE, PROPHOTO, cmyk_profile, from_srgb, rgb_profile
from PIL import Image, ImageCms
from test_colour import with_profile

from vbg_framework.base.errors import VBGError
from vbg_framework.data.pictures.formats import ADDED, decoders
from vbg_framework.data.pictures.image import ImageError, decode, decode_stored, edge_colour, encode

decoders()  # so that the tests can write what packages beside Pillow read


def picture(mode="RGB", size=(40, 30)):
    gradient = np.add.outer(np.arange(size[1]) * 3, np.arange(size[0]) * 2) % 256
    return Image.fromarray(np.stack([gradient, 255 - gradient, gradient // 2], -1).astype(np.uint8)).convert(mode)


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def encoded(source, **options):
    return encode(source, **options).data


def pixels(image):
    return np.asarray(image).astype(int)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width, height):
    """A PNG of a few bytes that says it is huge."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "MPO", "JPEG2000", "AVIF", *ADDED])
def test_every_allowed_format_becomes_rgb(kind, tmp_path):
    data = saved(picture(), kind)
    (tmp_path / "a.bin").write_bytes(data)  # the ending of the name does not matter
    for source in (data, tmp_path / "a.bin", str(tmp_path / "a.bin")):
        image = decode(source)
        assert image.mode == "RGB"
        assert abs(pixels(image) - pixels(picture())).mean() < 12


@pytest.mark.parametrize("kind", ["PPM", "TGA", "ICO", "PCX", "EPS"])
def test_other_formats_are_refused(kind):
    with pytest.raises(ImageError, match="not an image in one of the formats"):
        decode(saved(picture(), kind))


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LA", "La", "RGBA", "I", "F", "I;16"])
def test_every_mode_becomes_rgb_and_looks_the_same(mode):
    if mode == "I;16":
        image = Image.fromarray((pixels(picture("L")) * 257).astype(np.uint16))
    else:
        grey = picture("LA") if mode == "La" else picture("L")
        image = grey.convert(mode) if mode in ("I", "F", "LA", "La") else picture(mode)
    grey = mode in ("L", "I", "F", "LA", "La", "I;16")
    reference = picture("1" if mode == "1" else "L" if grey else "RGB").convert("RGB")
    assert abs(pixels(decode(image)) - pixels(reference)).mean() < (20 if mode == "P" else 2)


def test_sixteen_bit_grey_keeps_its_range():
    values = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    found = pixels(decode(saved(Image.fromarray(values), "PNG")))
    assert (found.min(), found.max()) == (0, 255)
    np.testing.assert_allclose(found[..., 0], values / 257, atol=1)


def test_floating_point_pixels_survive_not_a_number():
    values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    values[0, 0] = np.nan
    assert pixels(decode(Image.fromarray(values))).max() == 255


def test_cmyk_jpeg_becomes_rgb():
    image = Image.new("CMYK", (32, 32), (0, 255, 255, 0))  # red
    red = pixels(decode(saved(image, "JPEG"))).mean((0, 1))
    assert red[0] > 200
    assert red[1:].max() < 60


def test_transparent_pixels_lie_on_white():
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    clear.putpixel((0, 0), (10, 20, 30, 255))
    palette = Image.new("P", (8, 8), 0)
    for image in (clear, decode(saved(clear, "PNG"))):
        assert decode(image).getpixel((5, 5)) == (255, 255, 255)
        assert decode(image).getpixel((0, 0)) == (10, 20, 30)
    assert decode(saved(palette, "PNG", transparency=0)).getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("function", [decode, lambda data: decode_stored(encoded(data))])
def test_pictures_stand_upright(orientation, function):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (0, 0, 20, 10))  # the upper left quarter
    found = function(saved(image, "JPEG", exif=exif, quality=95))
    turns = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    right, low = turns[orientation]
    width, height = found.size
    assert (width > height) == (orientation < 5)
    assert found.getpixel((width * (1 + 2 * right) // 4, height * (1 + 2 * low) // 4))[0] > 200
    assert found.getexif().get(0x0112, 1) == 1


def test_a_huge_jpeg_is_decoded_small():
    data = saved(Image.new("RGB", (6000, 3000), (200, 100, 50)), "JPEG")
    assert decode(data).size == (1024, 512)
    assert decode(data, largest_side=None).size == (6000, 3000)
    assert decode(data, largest_side=100).size == (100, 50)
    np.testing.assert_allclose(pixels(decode(data)).mean((0, 1)), (200, 100, 50), atol=3)


def test_a_panorama_keeps_at_least_one_pixel():
    assert decode(Image.new("RGB", (30_000, 2))).size == (1024, 1)


def test_reduced_pictures_look_like_a_plain_resize():
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (20, 30, 3), np.uint8)).resize((1500, 1000), Image.Resampling.BICUBIC)
    reference = noise.resize((300, 200), Image.Resampling.LANCZOS)
    found = decode(saved(noise, "JPEG", quality=95), largest_side=300)
    assert abs(pixels(found) - pixels(reference)).mean() < 2


def test_the_size_is_checked_before_decoding():
    with pytest.raises(ImageError, match="too large"):
        decode(bomb(60_000, 60_000))
    with pytest.raises(ImageError, match=r"too large: more than 100,000,000 pixels, got 10000 x 10001"):
        decode(bomb(10_000, 10_001))
    with pytest.raises(ImageError, match="too large"):
        decode(Image.new("L", (20, 20)), max_pixels=399)
    assert decode(Image.new("L", (20, 20)), max_pixels=400).size == (20, 20)


def test_a_large_image_does_not_warn(recwarn):
    with pytest.raises(ImageError, match="too large"):
        decode(bomb(9_500, 9_500), max_pixels=90_000_000)
    assert not recwarn.list


def test_a_line_or_a_point_is_no_picture():
    for size in ((1, 1), (1, 500), (500, 1)):
        with pytest.raises(ImageError, match="only a line or a point"):
            encoded(Image.new("RGB", size))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "JPEG2000", "AVIF", *ADDED])
@pytest.mark.parametrize("function", [decode, encode])
def test_truncated_files_are_refused(kind, function):
    rng = np.random.default_rng(0)
    data = saved(Image.fromarray(rng.integers(0, 255, (64, 64, 3), np.uint8)), kind)
    for part in (0.5, 0.9):
        with pytest.raises(ImageError):
            function(data[: int(len(data) * part)])


def test_a_jpeg_that_lacks_its_last_bytes_is_refused_for_storage():
    data = saved(picture(size=(224, 224)), "JPEG")
    for missing in (1, 20, 200):
        with pytest.raises(ImageError, match="damaged, got OSError: image file is truncated"):
            encoded(data[:-missing])


def test_what_is_no_image_says_why(tmp_path):
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "page.jpg").write_text("<html>blocked</html>")
    cases = {
        b"": "file is empty",
        tmp_path / "empty.jpg": "file is empty",
        tmp_path / "absent.jpg": "file is missing, got .*absent.jpg",
        tmp_path: "file is missing",
        tmp_path / "page.jpg": "not an image in one of the formats JPEG, PNG",
        b"<html>blocked</html>": "file is a web page",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 17\n": "Git LFS pointer.*Run `git lfs pull`",
        tmp_path / ("x" * 300): "file is missing",
        17: "must be a path, bytes or a PIL image, got int",
    }
    for source, reason in cases.items():
        for function in (decode, encode):
            with pytest.raises(ImageError, match=reason):
                function(source)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(ImageError, match="missing"):
        decode(tmp_path / "pipe.jpg")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_bytes_never_raise_anything_else(data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "JPEG2000", "AVIF", *ADDED]))
    content = bytearray(saved(picture(), kind))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=20)):
        content[place] = data.draw(st.integers(0, 255))
    for function in (decode, encode):
        with contextlib.suppress(ImageError):
            function(bytes(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_storable_files_keep_their_bytes(kind, tmp_path):
    data = saved(picture(), kind)
    (tmp_path / "a").write_bytes(data)
    assert encoded(data) == data == encoded(tmp_path / "a")


def test_large_files_are_reduced_for_storage():
    stored = encoded(saved(picture(size=(2000, 1000)), "JPEG"))
    assert Image.open(io.BytesIO(stored)).size == (1024, 512)
    assert Image.open(io.BytesIO(stored)).format == "JPEG"
    assert decode_stored(encoded(picture(size=(400, 200)), largest_side=100)).size == (100, 50)


def test_rendered_pictures_are_stored_without_loss():
    image = picture()
    stored = encoded(image)
    assert Image.open(io.BytesIO(stored)).format == "PNG"
    np.testing.assert_array_equal(pixels(decode_stored(stored)), pixels(image))


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGBA", "P"])
def test_other_modes_are_stored_in_rgb(mode):
    kind = "JPEG" if mode in ("L", "CMYK") else "PNG"
    stored = encoded(saved(picture(mode), kind))
    assert decode_stored(stored).mode == "RGB"
    assert abs(pixels(decode_stored(stored)) - pixels(decode(saved(picture(mode), kind)))).mean() < 3


def test_ballast_behind_the_picture_is_not_stored():
    assert len(encoded(saved(picture(), "JPEG") + b"\0" * 500_000)) < 20_000


def test_a_pil_image_is_left_as_it_is(tmp_path):
    picture(size=(3000, 1500)).save(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as lazy:
        assert decode(lazy, largest_side=100).size == (100, 50)
        assert encoded(lazy, largest_side=100)
        assert lazy.size == (3000, 1500)
    image = picture(size=(3000, 1500))
    decode(image, largest_side=100)
    assert image.size == (3000, 1500)
    decode(picture(size=(30, 30)))


def test_the_same_image_gives_the_same_bytes():
    assert encoded(picture("RGBA")) == encoded(picture("RGBA"))
    assert encoded(saved(picture("CMYK"), "JPEG")) == encoded(saved(picture("CMYK"), "JPEG"))


def test_the_edge_colour_is_the_mean_of_the_outermost_pixels():
    assert edge_colour(Image.new("RGB", (1, 1), (1, 2, 3))) == (1, 2, 3)
    image = Image.new("RGB", (3, 3), (10, 10, 10))
    image.putpixel((1, 1), (255, 255, 255))
    assert edge_colour(image) == (10, 10, 10)


COLOUR = (150, 30, 30)
RGB_PROFILES = {"ProPhoto": (PROPHOTO, 1.8), "Adobe RGB": (ADOBE, 2.2)}
SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def through_profile(name, kind, **options):
    """A file whose profile says that it shows `COLOUR`."""
    matrix, gamma = RGB_PROFILES[name]
    image = Image.new("RGB", (64, 48), tuple(from_srgb(COLOUR, matrix, gamma).tolist()))
    return saved(image, kind, icc_profile=rgb_profile(matrix, gamma), **options)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", *ADDED])
@pytest.mark.parametrize("name", RGB_PROFILES)
def test_an_embedded_profile_is_applied_wherever_a_picture_is_read(name, kind):
    data = through_profile(name, kind)
    stored = encoded(data)
    for found in (decode(data), decode(Image.open(io.BytesIO(data))), decode_stored(stored), decode(stored)):
        assert abs(pixels(found).mean((0, 1)) - COLOUR).max() <= 8
        assert "icc_profile" not in found.info
    assert stored != data


def test_a_profile_is_applied_once():
    once = decode(through_profile("ProPhoto", "PNG"))
    assert decode(once).tobytes() == once.tobytes()


def test_a_jpeg_2000_file_is_shown_through_its_profile():
    matrix, gamma = RGB_PROFILES["ProPhoto"]
    image = Image.new("RGB", (64, 48), tuple(from_srgb(COLOUR, matrix, gamma).tolist()))
    data = with_profile(saved(image, "JPEG2000"), rgb_profile(matrix, gamma))
    assert abs(pixels(decode(data)) - COLOUR).max() <= 4


def test_inks_are_shown_through_their_profile():
    corners = np.array([[95.0, 0, 0], [10, 0, 0]] * 8)
    corners[8:, 1] = 60  # cyan that prints red
    image = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    for kind in ("JPEG", "TIFF"):
        red, green, _ = pixels(decode(saved(image, kind, icc_profile=cmyk_profile(corners)))).mean((0, 1))
        assert red - green > 60


def test_grey_of_16_bits_and_palettes_are_shown_through_their_profile():
    linear = rgb_profile(PROPHOTO, 1.0)
    grey = Image.fromarray(np.full((16, 16), 65535 // 5, np.uint16))
    grey.putpixel((0, 0), 65535)
    for image in (grey, Image.new("L", (16, 16), 51), Image.new("RGB", (16, 16), (51, 51, 51)).quantize()):
        level = pixels(decode(saved(image, "PNG", icc_profile=linear)))[8, 8]
        assert abs(level - 124).max() <= 2  # a fifth of the light


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("profile", [SRGB_PROFILE, b"junk", SRGB_PROFILE[:300]])
def test_files_in_srgb_and_with_broken_profiles_keep_their_bytes(kind, profile):
    data = saved(picture(), kind, icc_profile=profile)
    assert encoded(data) == data


@pytest.mark.parametrize("kind", ["JPEG", "JPEG2000", "AVIF", "WEBP", "MPO", *ADDED])
def test_what_was_compressed_with_loss_does_not_grow_into_a_png(kind):
    image = picture().convert("L") if kind == "JPEG" else picture()
    assert Image.open(io.BytesIO(encoded(saved(image, kind)))).format == "JPEG"
    assert Image.open(io.BytesIO(encoded(through_profile("ProPhoto", "JPEG")))).format == "JPEG"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "JPEG2000", "AVIF", *ADDED])
def test_the_largest_size_holds_for_every_format(kind):
    data = saved(picture(size=(32, 20)), kind)
    with pytest.raises(ImageError, match="too large: more than 639 pixels, got 32 x 20"):
        decode(data, max_pixels=639)
    assert decode(data, max_pixels=640).size == (32, 20)


def test_a_codestream_that_says_it_is_huge_is_refused():
    data = bytearray(saved(picture(), "JPEG2000", no_jp2=True))
    data[8:16] = struct.pack(">II", 60_000, 60_000)  # Xsiz, Ysiz of the marker SIZ
    with pytest.raises(ImageError, match="too large"):
        decode(bytes(data))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_orientation_counts_in_every_format_that_has_it(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (0, 0, 20, 10))
    found = decode(saved(image, kind, exif=exif))
    assert found.size == (20, 40)
    assert found.getpixel((14, 10))[0] > 200


@pytest.mark.parametrize("size", [(40, 30), (1500, 900)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF"])
def test_what_is_decoded_for_prediction_is_what_would_be_stored(size, kind):
    noise = np.random.default_rng(0).integers(0, 255, (size[1] // 10, size[0] // 10, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize(size).save(buffer, kind)
    stored = decode_stored(encode(buffer.getvalue()).data)
    assert np.array_equal(np.asarray(decode(buffer.getvalue())), np.asarray(stored))


def test_a_picture_is_not_blamed_for_what_the_machine_lacks(monkeypatch):
    def short(*_):
        raise MemoryError

    monkeypatch.setattr("vbg_framework.data.pictures.image._header", short)
    with pytest.raises(ImageError, match="image is damaged, got MemoryError"):
        decode(b"asks for more than there is")
    monkeypatch.setattr("vbg_framework.base.shortage.ROOM", 1 << 60)
    with pytest.raises(VBGError, match="the memory is used up"):
        decode(b"a sound one")
