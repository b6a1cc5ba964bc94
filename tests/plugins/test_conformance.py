"""Every component that comes with the framework keeps every promise of its interface."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from vbg_framework.config.plugins import load_plugins
from vbg_framework.contracts.record import Record
from vbg_framework.contracts.spec import KINDS
from vbg_framework.testing import conformance, examine

STATUSES = [status for status in load_plugins().statuses if status.distribution == "vbg-framework"]
EVERY = [each for status in STATUSES for each in status.components]
COMPONENTS = {each.name: each for each in EVERY if each.kind == "dataset"}


class Own:
    """All own plugins as one."""

    @staticmethod
    def vbg_components():
        return EVERY


test_conformance = conformance(Own)


def test_no_plugin_of_our_own_is_left_out():
    assert {status.name: status.error for status in STATUSES if status.status not in ("loaded", "blocked")} == {}
    assert {component.kind for component in EVERY} == set(KINDS) - {"modality"}  # image, text, metadata: of the core


def test_a_kind_has_two_implementations_at_least():
    counts = Counter(component.kind for component in EVERY)
    assert [kind for kind, count in counts.items() if count < 2] == []


@pytest.mark.parametrize(
    ("name", "images"),
    [("met", "images/{object_id}.jpg"), ("cleveland", "images/{id}.jpg"), ("lido", "images/{id}.jpg"), ("table", None)],
    ids=["met", "cleveland", "lido", "table"],
)
def test_importers_keep_their_promises_with_images_too(tmp_path, name, images):
    tiny = COMPONENTS[name].tiny
    path = shutil.copy(tiny["path"], tmp_path)
    more = {"images": images} if images else {"image": "images/{id}.jpg"}
    component, options = COMPONENTS[name], {**tiny, "path": str(path), **more}
    (tmp_path / "images").mkdir()
    items = component.load()(component.config(**options)).records()
    for number, record in enumerate(item for item in items if isinstance(item, Record)):
        Image.new("RGB", (20, 30), (number * 9 % 256, 80, 90)).save(tmp_path / "images" / f"{record.id}.jpg")
    outcomes = {each.check: each for each in examine(component, options=options)}
    assert {each.check: each.message for each in outcomes.values() if each.status != "passed"} == {}
    assert outcomes["images_are_decodable"].message != "0 images"
    assert Path(path).is_file()
