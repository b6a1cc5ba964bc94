from vbg_framework.data.catalogue.cells import CellError
from vbg_framework.data.catalogue.labels import LabelRules
from vbg_framework.data.catalogue.readable_labels import readable_labels

RULES = """
version: 1
name: short
tasks:
  stuff: {rules: [{fields: material, regex: clay, label: Clay}]}
  age: {rules: [{fields: year, exact: "1800", label: new}]}
"""
TARGETS = {"kind": "kind", "use": "use"}


def read(cells, column):
    if cells[column] == "broken":
        raise CellError("broken")
    return cells[column]


def test_a_label_that_cannot_be_read_is_a_missing_one():
    cells = {"kind": "broken", "use": "", "place": "Qena"}
    assert readable_labels(cells, TARGETS | {"from": "place", "gone": "gone"}, read) == {"from": "Qena"}


def test_only_what_was_asked_for_is_read_from_columns_and_rules(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    rules = LabelRules(tmp_path / "rules.yaml")
    cells = {"kind": "bowl", "use": "food", "material": "red clay", "year": "1800"}
    assert readable_labels(cells, TARGETS, read, rules, ["kind", "stuff"]) == {"kind": "bowl", "stuff": "Clay"}
    assert readable_labels(cells, TARGETS, read, rules, []) == {}
    assert readable_labels(cells, TARGETS, read, rules) == {
        "kind": "bowl",
        "use": "food",
        "stuff": "Clay",
        "age": "new",
    }
    assert readable_labels(cells | {"material": [[]], "year": {}}, TARGETS, read, rules, ["stuff"]) == {}
