"""Paths of pictures."""

import contextlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.data.catalogue.path import CellError, path_inside


@pytest.fixture
def folder(tmp_path):
    folder = (tmp_path / "in").resolve()
    (folder / "photos" / "sub").mkdir(parents=True)
    for name in ("Krüge 1.png", "IMG_1.PNG", "a b.png", "x+y.png", "sub/z.png", "100%.png"):
        (folder / "photos" / name).touch()
    return folder


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("photos/Krüge 1.png", "Krüge 1.png"),
        (unicodedata.normalize("NFD", "photos/Krüge 1.png"), "Krüge 1.png"),
        (unicodedata.normalize("NFD", "PHOTOS/KRÜGE 1.PNG"), "Krüge 1.png"),
        ("photos/Kr%C3%BCge%201.png", "Krüge 1.png"),
        ("photos/Kru%CC%88ge 1.png", "Krüge 1.png"),
        ("photos/Krüge\u00a01.png\u200b", "Krüge 1.png"),
        ("photos/img_1.png", "IMG_1.PNG"),
        ("photos/a%20b.png", "a b.png"),
        (" photos/a b.png ", "a b.png"),
        ("./photos/a b.png", "a b.png"),
        ("photos/./x/../A  B.png", "a b.png"),
        ("photos/x+y.png", "x+y.png"),
        ("photos/x%2By.png", "x+y.png"),
        ("photos\\sub\\z.png", "sub/z.png"),
        (".\\Photos\\Sub\\Z.PNG", "sub/z.png"),
        ("photos%5Csub%5Cz.png", "sub/z.png"),
        ("photos/100%.png", "100%.png"),
        ("photos/100%25.png", "100%.png"),
        ("photos/none.png", None),
        ("none/a b.png", None),
        ("C:\\photos\\a b.png", None),
    ],
)
def test_a_file_is_found_whatever_the_spelling_of_its_path(folder, path, name):
    assert path_inside(folder, path) == (folder / "photos" / name if name else (folder / path).resolve())


def test_an_absolute_path_may_be_spelt_otherwise_too(folder):
    assert path_inside(folder, str(folder / "photos" / "A B.png")) == folder / "photos" / "a b.png"


def test_the_path_as_it_is_written_comes_first(folder):
    for name in ("a%20b.png", "A B.png", "a\\b.png"):
        (folder / "photos" / name).touch()
        assert path_inside(folder, f"photos/{name}").name == name


def test_of_several_files_the_one_of_the_same_normal_form_counts(folder):
    (folder / "photos" / "krüge 1.png").touch()
    assert path_inside(folder, unicodedata.normalize("NFD", "photos/Krüge 1.png")).name == "Krüge 1.png"
    with pytest.raises(
        CellError, match=r"several files, got 'photos/KRÜGE 1.png': photos/Krüge 1.png or photos/krüge 1"
    ):
        path_inside(folder, "photos/KRÜGE 1.png")


def test_a_folder_that_is_there_in_two_spellings_is_looked_into_twice(folder):
    (folder / "Photos").mkdir()
    (folder / "Photos" / "new.png").touch()
    assert path_inside(folder, "PHOTOS/new.png") == folder / "Photos" / "new.png"
    assert path_inside(folder, "photos/NEW.png") == folder / "Photos" / "new.png"


def test_a_file_that_comes_later_is_found(folder):
    assert path_inside(folder, "photos/LATER.png") == folder / "photos" / "LATER.png"
    (folder / "photos" / "later.png").touch()
    (folder / "photos").touch()
    assert path_inside(folder, "photos/LATER.png") == folder / "photos" / "later.png"


def test_no_spelling_leaves_the_folder(folder, tmp_path):
    (tmp_path / "secret.png").touch()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.png").touch()
    (folder / "Link.png").symlink_to(tmp_path / "secret.png")
    (folder / "Out").symlink_to(tmp_path / "out")
    paths = [
        "../secret.png",
        "..\\secret.png",
        "%2e%2e/secret.png",
        "..%5csecret.png",
        "%2Fetc%2Fpasswd",
        "\\\\host\\a",
    ]
    for path in [*paths, "link.png", "out/secret.png", "OUT/SECRET.png", "photos\\..\\..\\secret.png"]:
        with pytest.raises(CellError, match="image path leaves its folder, got "):
            path_inside(folder, path)


@pytest.mark.parametrize(
    "path", ["https://example.org/ok.png", "file:///srv/ok.png", "HTTP://x/" + "a" * 5000, "s3://b/a"]
)
def test_an_address_is_no_path(folder, path):
    with pytest.raises(CellError, match=rf"is an address, got '{re.escape(path[:100])}"):
        path_inside(folder, path)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_whatever_a_path_holds_it_stays_inside_or_is_refused(tmp_path_factory, path):
    folder = tmp_path_factory.getbasetemp().resolve() / "paths"
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(CellError):
        assert path_inside(folder, path).is_relative_to(folder)
