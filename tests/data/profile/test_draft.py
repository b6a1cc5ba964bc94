"""The registry that a guess comes to."""

import yaml

from vbg_framework.data.profile.draft import Shipped, corrected, draft_folder, kebab, plain, task_names
from vbg_framework.data.profile.proposal import Proposal


def test_names_are_as_the_registry_wants_them_and_free():
    assert kebab("Objekte (2024) München", ()) == "objekte-2024-munchen"
    assert kebab("陶器", ()) == "objects"
    assert kebab("met", {"met"}) == "my-met"
    assert [kebab(word, ()) for word in ("10", "2024-01-02", "null")] == [
        "my-10",
        "my-2024-01-02",
        "my-null",
    ]


def test_any_name_of_a_column_survives_yaml():
    for name in ["a: b", "yes", "7", "#x", "a, b", "[x]", "{id}.jpg", "Stück", "'", ""]:
        assert yaml.safe_load(f"a: [{plain(name)}]") == {"a": [name]}
        assert yaml.safe_load(f"a: {{{plain(name)}: 1}}") == {"a": {name: 1}}


def test_tasks_leave_the_names_of_prediction_columns_free():
    tasks = [Proposal(column, {}, 0) for column in ("Object Type", "id", "my set", "object type")]
    assert [*task_names(tasks).values()] == ["object_type", "id_label", "my_set_label", "object_type_label"]


def test_class_folders_become_an_experiment_on_pictures():
    draft = draft_folder("data/Vases", {"bowl": 3, "jug": 3}, Shipped())
    written = yaml.safe_load(draft.text)
    assert (draft.data, draft.experiment) == ("vases", "vases-model")
    assert written["datasets"]["vases"] == {"type": "image_folder", "path": "data/Vases", "task": "kind"}
    assert [*written["experiments"]["vases-model"]["encoders"]] == ["image"]


def test_with_weights_pictures_are_read_as_recommended():
    draft = draft_folder("data/Vases", {"bowl": 3, "jug": 3}, Shipped(weights=True))
    written = yaml.safe_load(draft.text)["experiments"]["vases-model"]
    assert (written["extends"], "encoders" in written) == ("recommended-pictures", False)


def test_a_large_collection_gets_a_plain_model():
    draft = draft_folder("data/Vases", {"bowl": 30_000}, Shipped(weights=True))
    assert "extends" not in yaml.safe_load(draft.text)["experiments"]["vases-model"]


def test_a_data_set_names_a_file_of_corrections_and_nothing_else_changes():
    draft = draft_folder("datasets", {"bowl": 3, "jug": 3}, Shipped())
    before, after = (yaml.safe_load(each.text) for each in (draft, corrected(draft, "a: b.csv")))
    assert after["datasets"]["datasets"].pop("corrections") == "a: b.csv"
    assert after == before
