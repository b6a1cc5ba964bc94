"""Writers of LIDO, CollectionSpace CSV and Web Annotations."""

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

from vbg_lido import LidoConfig
from vbg_lido.dataset import LidoDataset

from vbg_framework.data.writers.writer import table_writer

COLUMNS = {"id": str, "title": str, "kind": str, "kind_confidence": float, "kind_set": str}
COLUMNS |= {"glaze": str, "glaze_confidence": float, "problem": str}
ROWS = [
    {"id": "a<1>", "title": 'Jug & "lid"', "kind": "jug", "kind_confidence": 0.9, "kind_set": "jug|bowl"},
    {"id": "=b", "title": None, "kind": "jug|bowl", "kind_confidence": 0.6, "glaze": "white", "glaze_confidence": 0.7},
    {"id": "c\x01", "title": "C", "kind": None, "kind_confidence": None, "problem": "nothing to read"},
]


def written(path):
    rows = [
        {**dict.fromkeys(COLUMNS), **row, "picture": Path("p/1.jpg") if row["id"] == "=b" else None} for row in ROWS
    ]
    with table_writer(path, COLUMNS) as append:
        append(rows[:1])
        append(rows[1:])
    return path


def test_lido_comes_back_through_its_importer(tmp_path):
    path = written(tmp_path / "out.xml")
    config = LidoConfig(path=str(path), targets={"type": {"field": "type", "multi_label": True}}, text=["description"])
    first, second, third = LidoDataset(config).records()
    assert [record.targets["type"] for record in (first, second, third)] == [
        ["jug"],
        ["jug", "bowl"],
        ["not determined"],
    ]
    assert (first.id, second.id, third.id) == ("a<1>", "=b", "c")
    assert "probability 0.90; may be jug, bowl" in first.inputs["text"]["description"]
    assert "glaze: white" in second.inputs["text"]["description"]
    names = [element.tag.rpartition("}")[2] for element in ElementTree.parse(path).getroot()[0]]
    assert names == ["lidoRecID", "descriptiveMetadata", "administrativeMetadata"]


def test_collection_space_gets_its_columns_and_no_formula(tmp_path):
    path = written(tmp_path / "out.cspace.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["objectNumber"] for row in rows] == ["a<1>", "'=b", "c\x01"]
    assert [row["objectName"] for row in rows] == ["jug", "jug|bowl", ""]
    assert rows[2]["comment"] == "problem: nothing to read"


def test_web_annotations_classify_or_say_why_not(tmp_path):
    page = json.loads(written(tmp_path / "out.jsonld").read_text(encoding="utf-8"))
    assert (page["@context"], page["type"], len(page["items"])) == (
        "http://www.w3.org/ns/anno.jsonld",
        "AnnotationPage",
        4,
    )
    assert [each["motivation"] for each in page["items"]] == ["classifying"] * 3 + ["commenting"]
    assert [body["value"] for body in page["items"][1]["body"]] == ["jug", "bowl", "kind: probability 0.6000"]
    assert page["items"][1]["target"]["id"] == "1.jpg"


def test_a_plain_csv_is_no_file_for_collection_space(tmp_path):
    assert written(tmp_path / "cspace.csv").read_text(encoding="utf-8").startswith("id,title,kind")
