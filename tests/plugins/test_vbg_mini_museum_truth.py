"""Where the answers of the mini museum lie."""

from dataclasses import replace
from itertools import islice

import numpy as np
from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.collection import SHOT, pieces, stream
from vbg_mini_museum.dataset import MiniMuseum
from vbg_mini_museum.decoration import ORNAMENTS, ZONES
from vbg_mini_museum.photograph import photograph
from vbg_mini_museum.truth import truths

CONFIG = MiniMuseumConfig(objects=60, archive=0.3, repeated=True)


def test_there_is_one_truth_per_record_and_its_words_stand_in_the_text():
    records = list(MiniMuseum(CONFIG).records())
    found = dict(truths(CONFIG))
    assert list(found) == [record.id for record in records]
    for record in records:
        text = " ".join(record.inputs.get("text", {}).values())
        assert all(words in text for words in found[record.id].words.values())
        assert ("zone" in found[record.id].words) == bool(text)


def test_another_ornament_in_a_zone_changes_no_pixel_outside_its_box():
    known, size = dict(truths(CONFIG)), CONFIG.size
    for piece in islice(pieces(CONFIG), 12):
        for place, zone in enumerate(ZONES):
            ornaments = list(piece.look.ornaments)
            ornaments[place] = next(each for each in ORNAMENTS if each != ornaments[place])
            looks = (piece.look, replace(piece.look, ornaments=tuple(ornaments)))
            one, two = (photograph(look, stream(CONFIG, SHOT, piece.number, 0), size, False) for look in looks)
            differs = np.abs(np.asarray(one, int) - np.asarray(two, int)).max(2) > 20
            left, top, right, bottom = (round(edge * size) for edge in known[f"mm-{piece.number:06d}-0"].boxes[zone])
            assert differs[top:bottom, left:right].any()
            differs[top - 2 : bottom + 2, left - 1 : right + 1] = False  # the outline of an ornament is soft
            assert not differs.any()


def test_what_no_picture_shows_has_no_box():
    for _, truth in truths(CONFIG):
        assert not {"kiln", "zone"} & truth.boxes.keys()
        assert truth.dated == truth.boxes["period"]
        left, top, right, bottom = truth.boxes["form"]
        assert 0 <= left < right <= 1
        assert all(truth.boxes[zone][0] >= left and truth.boxes[zone][3] <= bottom for zone in ZONES)
        assert top < truth.boxes["shoulder"][3] < truth.boxes["foot"][3]


def test_repeated_ornaments_repeat():
    records = list(MiniMuseum(CONFIG).records())
    assert any(len({record.targets[zone] for zone in ZONES}) < 3 for record in records)
