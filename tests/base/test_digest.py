import hashlib

import pytest

from vbg_framework.base.digest import checksums, digest, file_digest, verify
from vbg_framework.base.errors import VBGError


def test_the_order_of_keys_does_not_matter():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1}) != digest({"a": 1, "b": [3]})


def test_a_file_has_the_digest_of_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert file_digest(tmp_path / "a") == hashlib.sha256(b"x" * 100).hexdigest()


def test_a_file_that_is_another_one_is_named(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_bytes(b"x")
    known = checksums(tmp_path, [tmp_path / "sub" / "a"])
    verify(tmp_path, known, "Restore it.")
    (tmp_path / "sub" / "a").write_bytes(b"y")
    with pytest.raises(VBGError, match=r"sub/a: is damaged.*Restore it"):
        verify(tmp_path, known, "Restore it.")
    with pytest.raises(VBGError, match="no such file"):
        verify(tmp_path, {"gone": "0"}, "")


def test_a_link_to_itself_is_no_file(tmp_path):
    (tmp_path / "a").symlink_to("a")
    with pytest.raises(VBGError, match="no such file"):
        verify(tmp_path, {"a": "0"}, "")


def test_a_name_that_leaves_the_folder_is_not_followed(tmp_path):
    (tmp_path / "out").write_bytes(b"x")
    (tmp_path / "in").mkdir()
    with pytest.raises(VBGError, match="no such file"):
        verify(tmp_path / "in", {"../out": file_digest(tmp_path / "out")}, "")
