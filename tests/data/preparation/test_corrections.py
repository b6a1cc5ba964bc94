"""Corrected labels on top of a source that stays as it is."""

import json

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.data.preparation.corrections import sentences
from vbg_framework.report.card import write_card
from vbg_framework.screen import Screen

ROWS = "\n".join(f"{n},piece {n},{'jug' if n % 2 else 'bowl'},red|glazed" for n in range(12))


@pytest.fixture
def prepared(tmp_path):
    source = tmp_path / "objects.csv"
    source.write_text(f"id,title,kind,marks\n{ROWS}\n")
    before = source.read_bytes()

    def prepare(text=None):
        options = {"type": "table", "path": str(source), "id": "id", "text": ["title"]}
        options["targets"] = {"kind": "kind", "marks": {"column": "marks", "multi_label": True}}
        if text is not None:
            (tmp_path / "fixes.csv").write_text(text)
            options["corrections"] = str(tmp_path / "fixes.csv")
        part = make_part("dataset", options, "here", load_plugins())
        assert part.options().get("corrections") == options.get("corrections")
        found = prepare_data(part, Screen(), name="pots")
        assert source.read_bytes() == before
        return found

    return prepare


def labels(found, task="kind"):
    return dict(zip(found.table["id"][:], found.table[f"target_{task}"][:], strict=True))


def test_labels_are_corrected_counted_and_told(prepared, tmp_path):
    plain = prepared()
    found = prepared(
        "id,task,value,who,when,why\n1,kind,bowl,Ada,2026-01-02,seen\n2,kind,bowl,,,\n3,marks,blue|old,,,\n"
    )
    assert labels(found) == labels(plain) | {"1": "bowl"}
    assert sorted(labels(found, "marks")["3"]) == ["blue", "old"]
    info = found.info["corrections"]
    assert (info["applied"], info["unchanged"], info["unknown"], info["conflicts"]) == (2, 1, [], [])
    assert found.fingerprint != plain.fingerprint
    assert found.folder != plain.folder
    told = write_card(found, tmp_path / "card")[1]
    assert "2 labels corrected by fixes.csv, 1 more were right already." in told
    assert json.loads((tmp_path / "card" / "card.json").read_text())["corrections"]["applied"] == 2


def test_an_empty_value_takes_a_label_away(prepared):
    assert labels(prepared("id,task,value\n1,kind,\n"))["1"] is None


def test_a_later_line_counts_and_other_conflicts_are_named(prepared):
    rows = "1,kind,plate,2026-01-01\n1,kind,bowl,2026-02-01\n3,kind,plate,\n3,kind,bowl,\n77,kind,jug,\n"
    found = prepared(f"id,task,value,when\n{rows}")
    assert (labels(found)["1"], labels(found)["3"]) == ("bowl", "jug")
    told = sentences(found.info["corrections"])
    assert "kind of '3' is corrected to 'plate' (fixes.csv:4), 'bowl' (fixes.csv:5)" in told[1]
    assert told[2] == "Not corrected: 1 ids that no record has ('77')."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id,task\n1,kind\n", "no column 'value'"),
        ("id,task,value\n1,kin,jug\n", "fixes.csv:2: unknown task 'kin'"),
        ("id,task,value\n,kind,jug\n", "id is empty"),
        ("id,task,value\n1,kind\n", "row does not have as many cells"),
    ],
)
def test_a_file_that_cannot_be_followed_stops_the_preparation(prepared, text, reason):
    with pytest.raises(VBGError, match=reason):
        prepared(text)


def test_another_content_of_the_file_prepares_again(prepared):
    first = prepared("id,task,value\n1,kind,bowl\n")
    assert labels(prepared("id,task,value\n1,kind,vase\n"))["1"] == "vase"
    assert labels(first)["1"] == "bowl"


def test_other_things_than_a_path_are_refused():
    with pytest.raises(VBGError, match=r"here.corrections: expected a path, got 7"):
        make_part("dataset", {"type": "table", "path": "x", "id": "id", "corrections": 7}, "here", load_plugins())
