import json
import os

import pytest
from memory_data import prepare_records, texts

from vbg_framework.base.errors import VBGError
from vbg_framework.data.preparation.info import CHECKED, check_files
from vbg_framework.data.preparation.prepared import Prepared


@pytest.fixture
def folder(tmp_path):
    return prepare_records(tmp_path, texts(40)).folder


def damage(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, (1, 1))


@pytest.mark.parametrize("name", ["data-00000.arrow", "clusters.arrow"])
def test_a_flipped_bit_in_the_rows_is_found(folder, name):
    check_files(folder)
    damage(folder / name)
    with pytest.raises(VBGError, match=f"{name}: is damaged.*prepare again"):
        Prepared.open(folder)


def test_damaged_data_is_prepared_again_with_the_reason(tmp_path, folder):
    damage(folder / "data-00000.arrow")
    assert prepare_records(tmp_path, texts(40)).info["records"] == 40
    check_files(folder)


def test_checksums_are_computed_once(folder, monkeypatch):
    check_files(folder)
    looked = []
    monkeypatch.setattr("vbg_framework.data.preparation.info.verify", lambda *_: looked.append(1))
    check_files(folder)
    assert (looked, (folder / CHECKED).exists()) == ([], True)


def test_what_an_earlier_version_prepared_has_no_checksums(folder):
    info = json.loads((folder / "info.json").read_text())
    del info["files"]
    (folder / "info.json").write_text(json.dumps(info))
    assert len(Prepared.open(folder).table) == 40
