import json
import shutil

import pytest

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.learning.prediction.about import description


@pytest.fixture
def copy(tiny_run, tmp_path):
    return shutil.copytree(tiny_run.path, tmp_path / "tiny" / "copy")


def test_every_file_of_a_model_has_its_checksum(copy):
    files = {p.relative_to(copy / "model").as_posix() for p in (copy / "model").rglob("*") if p.is_file()}
    assert set(description(copy / "model")["files"]) == files - {"model.json"}


@pytest.mark.parametrize("kind", ["cut", "flipped", "empty", "gone"])
def test_a_damaged_file_of_a_model_is_named(copy, kind):
    for name in description(copy / "model")["files"]:
        path = copy / "model" / name
        whole = path.read_bytes()
        middle = len(whole) // 2
        damaged = {"cut": whole[:-1], "empty": b""}.get(kind, whole[:middle] + b"\x01" + whole[middle + 1 :])
        path.unlink() if kind == "gone" else path.write_bytes(damaged)
        with pytest.raises(VBGError, match=f"{name}: (is damaged|no such file)|weights are not there"):
            vbg_framework.load(copy)
        path.write_bytes(whole)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": 1}', "null", "\x00"])
def test_a_description_of_another_shape_is_named(copy, content):
    (copy / "model" / "model.json").write_text(content)
    with pytest.raises(VBGError, match=r"model.json: is damaged .* train the model again"):
        vbg_framework.load(copy)


@pytest.mark.parametrize("key", ["name", "experiment", "tasks", "text_fields", "metadata_fields"])
def test_a_description_without_a_key_is_named(copy, key):
    about = json.loads((copy / "model" / "model.json").read_text())
    about[key] = None
    (copy / "model" / "model.json").write_text(json.dumps(about))
    with pytest.raises(VBGError, match=rf"model.json: is damaged \({key}"):
        vbg_framework.load(copy)
