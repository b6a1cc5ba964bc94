"""Which files are pictures: the formats that are read, their suffixes, and what stands in a picture's place."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import PurePath

from PIL import features

HEIF = "HEIF"
_READ = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp",),
    "GIF": (".gif",),
    "JPEG2000": (".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"),
    "AVIF": (".avif",),
    HEIF: (".heic", ".heif", ".hif", ".heics", ".heifs"),
}
_CODECS = {"WEBP": "webp", "JPEG2000": "jpg_2000", "AVIF": "avif"}  # those that Pillow may be built without
_PACKAGES = {HEIF: "pillow_heif"}  # those that a package of its own decodes
_INSTALL = 'pip install "vbg-framework[heif]"'


def _is_decoded(name: str) -> bool:
    """Whether this Pillow, with the packages beside it, decodes a format."""
    if name in _PACKAGES:
        return find_spec(_PACKAGES[name]) is not None
    return name not in _CODECS or bool(features.check(_CODECS[name]))


FORMATS = tuple(filter(_is_decoded, _READ))
"""The formats that are read (JPEG includes MPO, several pictures in one file); Pillow knows many more."""
ADDED = tuple(name for name in FORMATS if name in _PACKAGES)
"""Those that are read because a package is installed."""
SUFFIXES = tuple(suffix for name in FORMATS for suffix in _READ[name])
"""How the names of pictures that are read end, in small letters, with the dot."""
_UNREAD = """
.avci .jxl .jxr .hdp .wdp .jls .jpm .mj2 .jbig .jb2 .bpg .flif .qoi
.psd .psb .xcf .kra .ai .eps .svg .svgz .pdf .djvu .djv .cdr .indd .wmf .emf
.dng .cr2 .cr3 .crw .nef .nrw .arw .srf .sr2 .orf .raf .rw2 .pef .ptx .srw .x3f .raw .3fr .fff .iiq .mos .mef .erf .dcr
.kdc .mrw .rwl
.exr .hdr .dpx .cin .fits .fit .dcm .tga .pcx .ppm .pgm .pbm .pnm .pam .ico .icns .sgi .rgb .dds .xbm .xpm .sid .ecw
.ptif .btf
"""
UNREAD_SUFFIXES = (*_UNREAD.split(), *(suffix for name in _READ if name not in FORMATS for suffix in _READ[name]))
"""How the names of pictures end that are not read."""

_FOREIGN = (
    (b"version https://git-lfs.github.com/spec", "a Git LFS pointer", "Run `git lfs pull` where it was cloned"),
    (b"8BPS", "a Photoshop file", "Save it as TIFF"),
    (b"%PDF", "a PDF", "Save its pictures as TIFF or JPEG"),
    (b"\xff\x0a", "JPEG XL", "Save it as PNG or JPEG"),
    (b"\0\0\0\x0cJXL ", "JPEG XL", "Save it as PNG or JPEG"),
    (b"\0\x05\x16\x07", "a macOS companion file of a picture", "Delete it"),
)
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body")
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif", b"mif1", b"msf1")


@cache
def decoders() -> tuple[str, ...]:
    """`FORMATS`, when Pillow knows the packages that decode some of them."""
    if HEIF in FORMATS:
        from pillow_heif import register_heif_opener

        register_heif_opener(thumbnails=False)
    return FORMATS


def is_unread(path: PurePath | str) -> bool:
    """Whether a file is a picture, by its suffix, that is not read: HEIC, Photoshop, a camera's raw format, ..."""
    return PurePath(path).suffix.lower() in UNREAD_SUFFIXES


def remedy(suffix: str) -> str:
    """How files with this suffix, in small letters, would be read, if a package is all they lack; else ""."""
    return _INSTALL if HEIF not in FORMATS and suffix in _READ[HEIF] else ""


def refusal(head: bytes) -> str:
    """Why a file in none of `FORMATS` is none, in words.

    Args:
        head: how the file begins; 1,024 bytes are enough.
    """
    what, fix = _foreign(head)
    none = f"not an image in one of the formats {', '.join(FORMATS)}"
    return f"file is {what}, {none}. {fix}" if what else none


def _foreign(head: bytes) -> tuple[str, str]:
    """(what it is, what to do); ("", "") if unknown."""
    for start, what, fix in _FOREIGN:
        if head.startswith(start):
            return what, fix
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "HEIC", f"Save it as JPEG or TIFF, or install what reads it: {_INSTALL}"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    mark_up = text.startswith((b"<?xml", b"<!--"))
    if text.startswith(_PAGES) or (mark_up and any(page in text for page in _PAGES)):
        return "a web page", "Download the picture itself"
    return (
        ("an SVG drawing", "Save it as PNG") if text.startswith(b"<svg") or (mark_up and b"<svg" in text) else ("", "")
    )
