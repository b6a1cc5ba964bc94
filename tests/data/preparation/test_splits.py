"""A prepared data set as it is divided for an experiment."""

import pytest
from memory_data import prepare_records, texts

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Record


def test_splits_can_be_read_like_any_data_set(tmp_path):
    prepared = prepare_records(tmp_path, texts(100))
    row = prepared.split(SplitConfig(), ["kind"]).data["test"][0]
    assert row["text_text"].startswith("text ")


def test_records_can_be_chosen_by_licence(tmp_path):
    records = texts(100, licence="CC0")
    records += [Record(f"n{i}", {"text": "x"}, {"kind": f"c{i % 2}"}, licence="CC BY-NC") for i in range(20)]
    prepared = prepare_records(tmp_path, [*records, Record("bare", {"text": "x"}, {"kind": "c0"})])
    splits = prepared.split(SplitConfig(), ["kind"], ["CC0"])
    assert {licence for part in splits.data.values() for licence in part["licence"][:]} == {"CC0"}
    assert splits.unlicensed == 21
    assert prepared.split(SplitConfig(), ["kind"]).unlicensed == 0
    assert prepared.split(SplitConfig(), ["kind"], ["CC0", ""]).unlicensed == 20
    with pytest.raises(VBGError, match=r"no record has the licence 'CCO'\. Did you mean 'CC0'\?"):
        prepared.split(SplitConfig(), ["kind"], ["CCO"])
