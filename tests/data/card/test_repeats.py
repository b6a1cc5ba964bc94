import random

from memory_data import prepare_records
from PIL import Image

from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.card.repeats import default_warnings, warnings_of

WORDS = ["horn", "silver", "resin", "elm", "lapis", "tin", "umber", "chert", "amber", "pewter", "jade", "bone"]


def records(views=4, objects=60, text=True, group=False, name="{}_{}"):
    draw = random.Random(0)
    for number in range(objects):
        words = " ".join(draw.sample(WORDS, 6))
        kind = draw.choice("abc")
        for view in range(views):
            inputs = {"text": words if text else f"{words} {view} {number}"}
            identity = name.format(f"{1900 + number}.7", view)
            yield Record(identity, inputs, {"kind": kind}, group=f"o{number}" if group else "")


def told(tmp_path, made, **split):
    prepared = prepare_records(tmp_path, list(made), tasks=(Task("kind"),))
    return warnings_of(prepared, prepared.split(SplitConfig(**split), ["kind"]))


def test_texts_and_ids_of_one_object_on_both_sides_are_told_with_numbers(tmp_path):
    texts, ids = told(tmp_path, records())
    assert "of 25 test records have the text of a training record, word for word" in texts
    assert "have an id that looks like another view of a training record" in ids
    assert "`group`" in texts


def test_with_a_group_there_is_nothing_to_tell(tmp_path):
    assert told(tmp_path, records(group=True)) == []


def test_different_objects_are_no_views(tmp_path):
    assert told(tmp_path, records(views=1)) == []
    draw = random.Random(1)
    series = [Record(f"1899_{i}", {"text": f"thing {i} of a kind"}, {"kind": draw.choice("ab")}) for i in range(300)]
    assert told(tmp_path / "series", series) == []


def test_short_texts_are_alike_by_nature(tmp_path):
    made = [Record(f"r{i}x", {"text": "A bowl"}, {"kind": "ab"[i % 2]}) for i in range(100)]
    assert told(tmp_path, made) == []


def test_pictures_that_a_given_split_divides_are_told(tmp_path):
    made = []
    for i in range(40):
        noise = random.Random(i % 20).randbytes(64 * 64 * 3)
        split = "train" if i < 20 else "validation" if i < 30 else "test"
        picture = Image.frombytes("RGB", (64, 64), noise).resize((128, 128))
        made.append(Record(f"r{i}x", {"image": picture}, {"kind": "ab"[i % 2]}, split=split))
    (pictures,) = told(tmp_path, made)
    assert "10 of 10 test records show nearly the same picture as a training record" in pictures


def test_the_split_is_told_first_or_why_there_is_none(tmp_path):
    prepared = prepare_records(tmp_path, [Record("a", {"text": "x"}, {"kind": "a"})], tasks=(Task("kind"),))
    (line,) = default_warnings(prepared)
    assert line.startswith("Split  none: data 'set'")
    splits = ["train"] * 6 + ["validation", "test", None]
    made = [Record(f"r{i}x", {"text": f"t{i}"}, {"kind": "ab"[i % 2]}, split=split) for i, split in enumerate(splits)]
    lines = default_warnings(prepare_records(tmp_path / "given", made, tasks=(Task("kind"),)))
    assert lines == [
        "Split  given: train 6, validation 1, test 1; 1 without a split left out.",
        "Warn   kind: no test record of 'a' 3: how well they are told is not measured.",
    ]


def test_classes_that_nobody_can_learn_are_named(tmp_path):
    splits = ["train"] * 6 + ["validation", "test", "test"]
    kinds = [*"ababab", "a", "c", "c"]
    made = [Record(f"r{i}x", {"text": f"t{i}"}, {"kind": kinds[i]}, split=split) for i, split in enumerate(splits)]
    unseen, untested = told(tmp_path, made)
    assert "kind: classes outside the training records alone cannot be learnt ('c' 2 records)" in unseen
    assert "kind: no test record of 'a' 3, 'b' 3: how well they are told is not measured" in untested
