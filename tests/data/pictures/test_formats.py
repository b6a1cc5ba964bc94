"""Which files are pictures."""

import re

import pytest
from PIL import Image

from vbg_framework.data.pictures import formats
from vbg_framework.data.pictures.formats import FORMATS, SUFFIXES, UNREAD_SUFFIXES, decoders, is_unread, refusal, remedy
from vbg_framework.data.readers.picture_folder import other_kind


def test_every_suffix_that_pillow_gives_to_a_read_format_is_known():
    Image.init()
    mine = {suffix for suffix, name in Image.EXTENSION.items() if name in FORMATS} - {".apng", ".avifs"}
    assert mine <= set(SUFFIXES)
    assert {".jfif", ".jpe", ".jp2", ".avif", ".mpo", ".tif", ".jpg"} <= set(SUFFIXES)


def test_no_suffix_is_read_and_unread():
    assert not set(SUFFIXES) & set(UNREAD_SUFFIXES)
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in SUFFIXES + UNREAD_SUFFIXES)


@pytest.mark.parametrize("name", ["x.psd", "y.svg", "z.CR2", "z.nef", "z.dng", "q.jxl"])
def test_pictures_that_are_not_read_are_known_by_their_suffix(name):
    assert is_unread(name)


@pytest.mark.parametrize("name", ["a.jpg", "a.TIF", "notes.txt", "Thumbs.db", "heic", ".heic"])
def test_other_files_are_not_taken_for_such(name):
    assert not is_unread(name)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "a Git LFS pointer.*`git lfs pull`"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf\n <HTML lang=de>", "a web page"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC ...><html>", "a web page"),
        (b"<!-- blocked -->\n<html>", "a web page"),
        (b"<?xml version='1.0'?><svg>", "an SVG drawing"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"8BPS\0\1", "a Photoshop file"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x89junk", "^not an image in one of the formats JPEG, PNG"),
    ],
)
def test_what_stands_in_a_pictures_place_is_named(head, said):
    assert re.search(said, refusal(head))
    assert "not an image in one of the formats JPEG, PNG" in refusal(head)


def test_heic_is_read_where_its_package_is_installed():
    pytest.importorskip("pillow_heif")
    assert "HEIF" in decoders()
    assert {".heic", ".heif"} <= set(SUFFIXES)
    assert not is_unread("a.HEIC")
    assert remedy(".heic") == ""


def test_heic_is_named_with_what_would_read_it_where_its_package_is_absent(monkeypatch):
    monkeypatch.setattr(formats, "FORMATS", ("JPEG", "PNG"))
    install = 'pip install "vbg-framework[heif]"'
    assert other_kind("a.HEIC") == f"file is of another kind (.heic, read after {install})"
    assert refusal(b"\0\0\0\x18ftypheic\0\0\0\0").endswith(install)
    assert decoders.__wrapped__() == ("JPEG", "PNG")
