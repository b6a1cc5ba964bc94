import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json


def test_the_value_comes_as_it_was_written(tmp_path):
    (tmp_path / "a.json").write_text('{"a": [1, 2], "b": 0}')
    assert read_json(tmp_path / "a.json", dict[str, list[int] | int]) == {"a": [1, 2], "b": 0}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[1]", b'{"a": "x"}', b'{"a": NaN}', b'{"a": 1e999}', b"null"]
)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(VBGError, match=r"a.json: is damaged \(.*\)\. Do this"):
        read_json(tmp_path / "a.json", dict[str, int], "Do this.")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(VBGError, match=r"a.json: no such file\. Restore"):
        read_json(tmp_path / "a.json")
