"""From whatever a scanner or camera wrote to the 8-bit sRGB values that people saw."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

DEPTHS = (1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0)
"""Highest values of the usual depths: fractions, 8, 10, 12, 14 and 16 bits."""
PHOTOMETRIC, BITS, MAX_SAMPLE = 262, 258, 281
"""TIFF tags: photometric interpretation, bits per sample, largest sample value (TIFF 6.0)."""
WHITE_IS_ZERO = 0
SAME = 2
"""Levels by which a colour may change for a profile to count as sRGB."""


class ColourError(ValueError):
    """A picture whose values cannot be told; the message is the reason in words."""


def flat(image: Image.Image) -> Image.Image:
    """A loaded picture of any mode as 8-bit sRGB; transparent parts lie on white.

    Deeper grey values are scaled from the depth they were written in, which a TIFF says or their largest value shows;
    those of a PNG are 16 bits deep by its standard. A colour profile is followed (relative colorimetric, with black
    point compensation); a broken one is ignored.

    Raises:
        ColourError: colours of 16 bits of which only the lowest are used, which would come out nearly black.
    """
    _check_depth(image)
    if image.mode.startswith(("I", "F")):
        image = _with_profile(_eight_bit(image), image)
    if image.mode == "PA" or (image.mode == "P" and image.has_transparency_data):
        image = _with_profile(image.convert("RGBA"), image)
    elif image.mode == "P":
        image = _with_profile(image.convert("RGB"), image)
    if not image.has_transparency_data:
        return _srgb(image)
    image = _with_profile(image.convert("LA" if image.mode in ("L", "LA") else "RGBA"), image)
    white = Image.new("RGB", image.size, "white")
    white.paste(_srgb(_with_profile(image.convert(image.mode[:-1]), image)), mask=image.getchannel("A"))
    return white


def is_srgb(profile: bytes | None) -> bool:
    """Whether RGB values with this embedded profile may be taken as they are; True without one, or if it is broken."""
    return not profile or _transform(profile, "RGB") is None


def _srgb(image: Image.Image) -> Image.Image:
    """Without transparency, of 8 bits -> RGB."""
    profile = image.info.get("icc_profile")
    if image.mode == "1":
        image, profile = image.convert("L"), None
    change = _transform(profile, image.mode) if profile and image.mode != "LAB" else None
    if image.mode == "LAB":
        change = _from_lab()
    rgb = change(image) if change else image.convert("RGB")
    if rgb is image:
        rgb = image.copy()
    rgb.info.pop("icc_profile", None)
    return rgb


@lru_cache(64)
def _transform(profile: bytes, mode: str) -> Callable[[Image.Image], Image.Image] | None:
    """What turns a picture of this mode and profile into sRGB; None if nothing would change, or nothing can."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if mode == "RGB" and _changes_nothing(made):
            return None
        return lambda image: ImageCms.applyTransform(image, made)  # type: ignore[return-value]
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _changes_nothing(made: ImageCms.ImageCmsTransform) -> bool:
    """Try a grid of 6 x 6 x 6 colours."""
    steps = np.linspace(0, 255, 6).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(12, 18, 3)
    changed = np.asarray(ImageCms.applyTransform(Image.fromarray(grid), made))
    return bool(np.abs(changed.astype(int) - grid).max() <= SAME)


@lru_cache(1)
def _from_lab() -> Callable[[Image.Image], Image.Image]:
    made = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"),
        ImageCms.createProfile("sRGB"),
        "LAB",
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    return lambda image: ImageCms.applyTransform(image, made)  # type: ignore[return-value]


def _with_profile(image: Image.Image, of: Image.Image) -> Image.Image:
    if profile := of.info.get("icc_profile"):
        image.info["icc_profile"] = profile
    return image


def _check_depth(image: Image.Image) -> None:
    if image.format != "TIFF" or image.mode not in ("RGB", "RGBA", "RGBX") or _tag(image, BITS) != 16:
        return
    highest = max(high for _, high in image.convert("RGB").getextrema())  # type: ignore[misc]
    if highest <= DEPTHS[3] // 256:
        raise ColourError("colours fill only the lowest 12 of their 16 bits, export the picture with 8 bits")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or of fractions -> 8 bits."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    shares = np.clip(values / _top(image, float(values.max())), 0, 1)
    if _tag(image, PHOTOMETRIC) == WHITE_IS_ZERO:
        shares = 1 - shares
    return Image.fromarray(np.uint8(shares * 255 + 0.5))


def _top(image: Image.Image, highest: float) -> float:
    """The value that is full brightness."""
    if image.format == "PNG":
        return DEPTHS[-1]
    told = _tag(image, MAX_SAMPLE)
    if told in DEPTHS and highest <= told:
        return float(told)
    return next(top for top in (*DEPTHS, highest) if highest <= top)


def _tag(image: Image.Image, tag: int) -> int | None:
    """The (first) value of a TIFF tag; None if it is not there."""
    found = getattr(image, "tag_v2", {}).get(tag)
    return found[0] if isinstance(found, tuple) and found else found  # type: ignore[return-value]
