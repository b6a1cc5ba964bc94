"""The data card."""

import json
import re
import sys
from pathlib import Path

from PIL import Image

from vbg_framework.contracts.record import Record, Rejected
from vbg_framework.report.card import sentences, write_card

sys.path.append(str(Path(__file__).parents[1] / "data"))
from memory_data import prepare_records, texts

EVIL = "<script>alert(1)</script>"


def records():
    for i in range(60):
        noise = Image.effect_noise((40, 40), 90 if i else 80).convert("RGB")
        text = {"title": f"A {EVIL} {i % 2}", "note": "worn"}
        kind = f"{EVIL} {i % 2}"
        yield Record(f"{EVIL}{i}", {"image": noise, "text": text, "metadata": {"museum": "ab"[i % 2]}}, {"kind": kind})
    yield Record("copy", {"image": noise, "text": {"title": "x"}}, {"kind": kind}, licence=EVIL)
    yield Rejected(EVIL, f"{EVIL} cannot be read")


def test_a_card_tells_everything_and_holds_no_script(tmp_path):
    prepared = prepare_records(tmp_path / "cache", records, name=EVIL)
    path, told = write_card(prepared, tmp_path / "card")
    html = path.read_text()
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", html)
    for word in ("Leaks", "Duplicates", "Licences", "Quarantine", prepared.fingerprint, "cannot be read", "copy"):
        assert word in html
    card = json.loads((tmp_path / "card" / "card.json").read_text())
    assert card["duplicates"]["exact"] == 1
    assert card["quarantine"]["records"] == 1
    assert any("1 item was put aside" in sentence for sentence in told)
    assert any("2 objects share a picture" in sentence for sentence in told)


def test_a_set_without_images_has_a_card(tmp_path):
    path, told = write_card(prepare_records(tmp_path / "cache", texts(60)), tmp_path / "card")
    assert "Duplicates" in path.read_text()
    assert told[:1] == ["60 records of 30 objects, 0 with a picture."]
    assert told[1].startswith("Split  stratified: train 4")


def test_a_set_too_small_to_divide_has_a_card(tmp_path):
    path, _ = write_card(prepare_records(tmp_path / "cache", texts(2)), tmp_path / "card")
    assert "It cannot be divided" in path.read_text()


def test_a_divided_cluster_is_said_first_hand():
    card = {"records": 9, "groups": 9, "modalities": {"image": 9}, "quarantine": {"records": 0}, "leaks": {}}
    card |= {"tasks": [], "warnings": [], "skipped": {}}
    card["duplicates"] = {"clusters": 2, "groups": 5, "cut": 1}
    assert (
        sentences(card)[-1] == "The source's own split divides 1 of these clusters: its test is easier than it looks."
    )
