"""A data set that was prepared before modules of the core moved: it is read, and divided the same."""

import shutil
from pathlib import Path

from vbg_framework.config.experiment import SplitConfig, TextConfig
from vbg_framework.data.card.census import census
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.prepared import Prepared

EARLIER = Path(__file__).parents[2] / "earlier_prepared" / "memory"
VALIDATION, TEST = [18, 19], [10, 11, 12, 13]


def opened(folder: Path) -> Prepared:
    """A copy, so that nothing is written beside the tests."""
    return Prepared.open(shutil.copytree(EARLIER, folder / "memory"))


def test_it_is_read_and_divided_as_it_was(tmp_path):
    prepared = opened(tmp_path)
    assert prepared.fingerprint == "480169b0960e85505100ea88cbd52750"
    rows = prepared.split(SplitConfig(), ["kind"]).rows
    assert (rows["validation"].tolist(), rows["test"].tolist()) == (VALIDATION, TEST)


def test_its_records_are_items_and_its_census_is_taken(tmp_path):
    prepared = opened(tmp_path)
    splits = prepared.split(SplitConfig(), ["kind"])
    policy = TextPolicy(TextConfig(), fields=["title"], tasks=[])
    modalities = ["image", "text", "metadata"]
    item = Items(prepared, splits.rows["test"], tasks=splits.tasks, modalities=modalities, text=policy)[0]
    assert (item["id"], item["targets"]) == ("r10", {"kind": 0})
    assert item["inputs"]["text"] == "A bowl of clay 10"
    assert item["inputs"]["metadata"] == {"year": 1710.0, "place": "Delft"}
    assert item["inputs"]["image"].size == (16, 16)
    assert census(prepared)["records"] == 24
