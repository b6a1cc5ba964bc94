"""Which files are pictures: the formats that are read, their suffixes, and what stands in a picture's place."""

from __future__ import annotations

from pathlib import PurePath

from PIL import features

_READ = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp",),
    "GIF": (".gif",),
    "JPEG2000": (".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"),
    "AVIF": (".avif",),
}
_CODECS = {"WEBP": "webp", "JPEG2000": "jpg_2000", "AVIF": "avif"}  # those that Pillow may be built without
FORMATS = tuple(name for name in _READ if name not in _CODECS or features.check(_CODECS[name]))
"""The formats that are read (JPEG includes MPO, several pictures in one file); Pillow knows many more."""
SUFFIXES = tuple(suffix for name in FORMATS for suffix in _READ[name])
"""How the names of pictures that are read end, in small letters, with the dot."""
_UNREAD = """
.heic .heif .hif .avci .jxl .jxr .hdp .wdp .jls .jpm .mj2 .jbig .jb2 .bpg .flif .qoi
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


def is_unread(path: PurePath | str) -> bool:
    """Whether a file is a picture, by its suffix, that is not read: HEIC, Photoshop, a camera's raw format, ..."""
    return PurePath(path).suffix.lower() in UNREAD_SUFFIXES


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
        return "HEIC", "Save it as JPEG or TIFF"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    mark_up = text.startswith((b"<?xml", b"<!--"))
    if text.startswith(_PAGES) or (mark_up and any(page in text for page in _PAGES)):
        return "a web page", "Download the picture itself"
    return (
        ("an SVG drawing", "Save it as PNG") if text.startswith(b"<svg") or (mark_up and b"<svg" in text) else ("", "")
    )
