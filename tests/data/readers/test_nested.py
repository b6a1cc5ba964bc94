"""Values inside the values of JSON."""

import json

import pytest

from vbg_framework.data.readers.nested import inside, paths
from vbg_framework.data.readers.table import Table

ROW = {
    "id": "7",
    "classification": {"term": "jug", "aat": {"id": 300}},
    "titles": [{"value": "Krug", "lang": "de"}, {"value": "Jug", "lang": "en"}],
    "makers": [{"name": "Anna"}],
    "materials": ["clay", "glaze"],
    "void": {},
}


def test_the_paths_of_all_values_are_listed():
    named = ["classification.term", "classification.aat.id", "titles.value", "titles.lang", "makers.name"]
    assert list(paths(ROW)) == named
    assert list(paths({"a": {"b": 1}, "a.b": 2})) == []  # a key of that name comes first


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("classification.term", "jug"),
        ("classification.aat.id", 300),
        ("titles.value", ["Krug", "Jug"]),
        ("makers.name", "Anna"),
        ("materials", ["clay", "glaze"]),
        ("titles.absent", None),
        ("absent.term", None),
        ("id.term", None),
    ],
)
def test_a_path_leads_to_its_values(path, found):
    assert inside(ROW, path) == found


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_a_table_of_json_has_columns_for_them(tmp_path, name):
    rows = [{"id": "1"}, ROW]
    text = json.dumps(rows, indent=1) if name == "t.json" else "\n".join(map(json.dumps, rows))
    (tmp_path / name).write_text(text)
    table = Table(tmp_path / name)
    assert table.find(["id", "classification.term", "absent.term"], required=False) == {
        "id": "id",
        "classification.term": "classification.term",
    }
    cells = [cells for _, cells in table.rows(["id", "titles.value"])]
    assert cells == [{"id": "1", "titles.value": None}, {"id": "7", "titles.value": ["Krug", "Jug"]}]
    assert table.columns() == ["id", "classification", "titles", "makers", "materials", "void"]
