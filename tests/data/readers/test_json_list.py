"""A JSON file that holds one list."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers import json_list as module
from vbg_framework.data.readers.json_list import json_list


@given(st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=9) | st.none(), max_size=3)), st.integers(1, 20))
def test_a_list_is_read_the_same_whatever_the_window(tmp_path_factory, items, window):
    path: Path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(items, indent=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK", window)
        assert list(json_list(path)) == items


@pytest.mark.parametrize("content", ["", "{}", "[{]", '[{"a": 1}', "7"])
def test_what_is_no_list_is_an_error(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(VBGError, match="cannot be read as JSON"):
        list(json_list(tmp_path / "a.json"))


def test_a_value_that_never_ends_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("vbg_framework.data.readers.json_list.LONGEST", 1 << 20)
    (tmp_path / "a.json").write_text('[{"a": "' + "x" * 4_000_000)
    with pytest.raises(VBGError, match="a value is longer than 1 million characters"):
        list(json_list(tmp_path / "a.json"))
