"""A prepared data set, and how it is divided."""

import pytest
from datasets import load_from_disk
from memory_data import prepare_records, texts

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.preparation.prepared import Prepared


@pytest.fixture
def prepared(tmp_path):
    return prepare_records(tmp_path, texts(200, classes=4))


def several(tmp_path, count=60):
    """Two tasks, one of them multi-label, with gaps."""

    def targets(i):
        kind = {} if i % 3 == 0 else {"kind": f"k{i % 2}"}
        colour = {} if i % 5 == 0 else {"colour": ["red", "blue"][: i % 3]}
        return kind | colour

    records = [Record(f"r{i}", {"text": "x"}, targets(i)) for i in range(count)]
    return prepare_records(tmp_path, records, tasks=[Task("kind"), Task("colour", multi_label=True)])


def test_it_opens_again(prepared):
    again = Prepared.open(prepared.folder)
    assert again.fingerprint == prepared.fingerprint
    assert again.tasks == (Task("kind", False, ("c0", "c1", "c2", "c3"), (50, 50, 50, 50)),)
    assert again.text_fields == ("text",)
    assert again.metadata_fields == ()


def test_a_notebook_shows_its_size_and_its_tasks(prepared):
    shown = prepared._repr_html_()
    assert "<th>records</th><td>200</td>" in shown
    assert "<th>kind</th><td>4 classes</td>" in shown


def test_the_datasets_library_opens_it_by_itself(prepared):
    assert len(load_from_disk(str(prepared.folder))) == 200


def test_a_folder_that_is_none_is_an_error(tmp_path, prepared):
    with pytest.raises(VBGError, match="no such file"):
        Prepared.open(tmp_path / "absent")
    (prepared.folder / "info.json").write_text("{")
    with pytest.raises(VBGError, match="info.json: is damaged"):
        Prepared.open(prepared.folder)


def test_it_is_divided_by_class_in_whole_objects(prepared):
    splits = prepared.split(SplitConfig(), ["kind"])
    assert splits.used == "stratified"
    assert [len(splits.data[name]) for name in ("train", "validation", "test")] == pytest.approx([160, 20, 20], abs=4)
    groups = [set(part["group"][:]) for part in splits.data.values()]
    assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
    assert splits.tasks[0].classes == ("c0", "c1", "c2", "c3")
    assert splits.tasks[0].counts == pytest.approx([40] * 4, abs=2)
    assert sum(splits.tasks[0].counts) == len(splits.data["train"])
    assert all(part.cache_files == prepared.table.cache_files for part in splits.data.values())


def test_the_same_seed_gives_the_same_split_whatever_the_order(tmp_path):
    def ids(place, records, seed=42):
        splits = prepare_records(tmp_path / place, records).split(SplitConfig(seed=seed), ["kind"])
        return {name: sorted(part["id"][:]) for name, part in splits.data.items()}

    assert ids("a", texts(200)) == ids("b", texts(200)[::-1])
    assert ids("a", texts(200)) != ids("a", texts(200), seed=1)


def test_the_given_split_is_used(tmp_path):
    records = [
        Record(f"r{i}", {"text": "x"}, {"kind": f"c{i % 2}"}, split=("train", "validation", "test")[i // 10])
        for i in range(30)
    ]
    splits = prepare_records(tmp_path, records).split(SplitConfig(), ["kind"])
    assert splits.used == "given"
    assert splits.data["test"]["id"][:] == [f"r{i}" for i in range(20, 30)]


def test_records_without_a_label_are_left_out_and_counted(tmp_path):
    prepared = several(tmp_path)
    one = prepared.split(SplitConfig(), ["kind"])
    assert one.unlabelled == 16
    assert sum(len(part) for part in one.data.values()) == 40
    both = prepared.split(SplitConfig(), ["kind", "colour"])
    assert both.unlabelled == 0
    assert prepared.info["reasons"] == {"record has no label": 4}
    assert [task.name for task in both.tasks] == ["kind", "colour"]


def test_labels_of_several_classes_are_counted_each(tmp_path):
    prepared = several(tmp_path)
    task = prepared.task("colour")
    stored = prepared.table["target_colour"][:]
    expected = [[int(name in (found or ())) for name in task.classes] for found in stored]
    assert prepared.labels(task).toarray().tolist() == expected
    splits = prepared.split(SplitConfig(), ["colour"])
    train = splits.data["train"]["target_colour"][:]
    assert splits.tasks[0].counts == tuple(sum(name in found for found in train) for name in task.classes)


def test_declared_classes_keep_their_order_and_may_be_absent(tmp_path):
    task = Task("kind", classes=("c1", "zz", "c0"))
    splits = prepare_records(tmp_path, texts(60), tasks=[task]).split(SplitConfig(), ["kind"])
    assert splits.tasks[0].classes == ("c1", "zz", "c0")
    assert splits.tasks[0].counts[1] == 0
    assert min(splits.tasks[0].counts[::2]) > 20


def test_an_unknown_task_is_an_error_that_helps(prepared):
    with pytest.raises(VBGError, match=r"data 'set': unknown task 'kin'\. Did you mean 'kind'\?"):
        prepared.split(SplitConfig(), ["kin"])


def test_a_task_with_one_class_only_is_an_error(tmp_path):
    with pytest.raises(VBGError, match=r"task 'kind' has nothing to tell apart .*got \['c0'\]\. It takes two classes"):
        prepare_records(tmp_path, texts(60, classes=1)).split(SplitConfig(), ["kind"])


def test_a_task_without_any_label_is_an_error(tmp_path):
    tasks = [Task("kind"), Task("other")]
    with pytest.raises(VBGError, match="task 'other' has nothing to tell apart in the training split, got no label"):
        prepare_records(tmp_path, texts(60), tasks=tasks).split(SplitConfig(), ["kind", "other"])
    with pytest.raises(VBGError, match="no record has a label"):
        prepare_records(tmp_path, texts(60), tasks=tasks).split(SplitConfig(), ["other"])


def test_one_multi_label_class_is_a_question_of_yes_or_no(tmp_path):
    records = [Record(f"r{i}", {"text": "x"}, {"cracked": ["yes"] if i % 2 else []}) for i in range(40)]
    prepared = prepare_records(tmp_path, records, tasks=[Task("cracked", multi_label=True)])
    assert prepared.split(SplitConfig(), ["cracked"]).tasks[0].classes == ("yes",)


def test_a_class_with_one_member_goes_to_training(tmp_path):
    records = [*texts(60), Record("rare", {"text": "x"}, {"kind": "rare"})]
    splits = prepare_records(tmp_path, records).split(SplitConfig(), ["kind"])
    assert "rare" in splits.data["train"]["id"][:]
    assert splits.tasks[0].counts[-1] == 1


def test_a_split_that_comes_out_empty_is_an_error(tmp_path):
    with pytest.raises(VBGError, match=r"the validation split is empty, got train 2, validation 0, test 2 records"):
        prepare_records(tmp_path, texts(4, classes=1)).split(SplitConfig(), ["kind"])
    records = texts(40, split="train")
    with pytest.raises(VBGError, match=r"the test split is empty.*Use `stratified`"):
        prepare_records(tmp_path, records, name="given").split(SplitConfig(), ["kind"])
