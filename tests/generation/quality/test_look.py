import io

import numpy as np
import pytest
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record
from vbg_framework.generation.quality.look import look
from vbg_framework.screen import Screen


def test_pictures_in_every_form_are_seen_alike(judge, collection, tmp_path):
    image = collection[0][0].inputs["image"]
    image.save(tmp_path / "a.png")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    forms = [image, tmp_path / "a.png", buffer.getvalue()]
    records = [Record(f"r{i}", {"image": form}, {"form": "bowl"}) for i, form in enumerate(forms)]
    records.insert(1, Record("words", {"text": {"title": "x"}}))
    records.append(Record("more words", {"text": "y"}))
    seen = look(records, "form", judge, Screen(), "records")
    assert len(seen) == 3
    assert seen.rows.tolist() == [0, 2, 3]
    assert (seen.features == seen.features[0]).all()
    assert (seen.hashes == seen.hashes[0]).all()
    assert seen.classes == ["bowl"] * 3
    assert seen.texts == [{"title": "x"}, {"text": "y"}]
    assert seen.ids == ["r0", "words", "r1", "r2", "more words"]


def test_a_blank_picture_has_no_hash_and_several_classes_are_no_class(judge):
    records = [Record("a", {"image": Image.new("RGB", (40, 40))}, {"form": ("bowl", "jar")})]
    seen = look(records, "form", judge, Screen(), "records")
    assert not seen.hashes.any()
    assert seen.classes == [""]


def test_without_a_judge_pictures_are_left_out():
    seen = look([Record("a", {"image": Image.new("RGB", (40, 40)), "text": "x"})], "form", None, Screen(), "records")
    assert len(seen) == 0
    assert seen.texts == [{"text": "x"}]
    assert np.shape(seen.hashes) == (0, 32)


def test_a_broken_picture_is_named(judge, tmp_path):
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(VBGError, match="SYN_7: not an image"):
        look([Record("SYN_7", {"image": tmp_path / "a.png"})], "form", judge, Screen(), "records")
