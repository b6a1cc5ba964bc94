"""Answers of a prediction that is not finished."""

import numpy as np
import pytest
from PIL import Image

from vbg_framework.contracts.record import Record
from vbg_framework.learning.prediction.joined import View
from vbg_framework.learning.prediction.kept_answers import KeptAnswers, batch_key


def batches(count, changed=()):
    return [
        [
            (2 * n + part, Record(f"{n}-{part}", {"text": {"title": "new" if n in changed else "old"}}))
            for part in (0, 1)
        ]
        for n in range(count)
    ]


class Model:
    """Says something else of each record, with digits that a shorter way of writing would lose."""

    def __init__(self, until=99):
        self.asked, self.until = [], until

    def __call__(self, batches):
        for batch in batches:
            if len(self.asked) == self.until:
                raise KeyboardInterrupt
            self.asked.append(batch[0][1].id)
            yield [view(row, record.id) for row, record in batch]


def view(row, name):
    said = {"kind": np.random.default_rng(row).random(3, np.float32)} if row % 3 else None
    return View(row, name, 2, ["image is damaged"], ["text 'note'"], said, {"unseen": float("nan"), "distance": 0.1})


def same(found, wanted):
    return [repr(each) for some in found for each in some] == [repr(each) for some in wanted for each in some]


@pytest.fixture
def kept(tmp_path):
    return lambda model, facts="model": KeptAnswers(tmp_path / "out.csv", facts, model)


def interrupted(kept, count=5):
    with pytest.raises(KeyboardInterrupt):
        list(kept(Model(until=3))(batches(count)))


def test_what_was_answered_is_not_asked_again_and_comes_back_as_it_was(kept):
    interrupted(kept)
    model = Model()
    again = kept(model)
    assert again.found == 3
    assert same(again(batches(5)), Model()(batches(5)))
    assert model.asked == ["3-0", "4-0"]
    again.remove()
    assert not again.path.exists()


def test_a_changed_record_and_another_model_are_asked_again(kept):
    interrupted(kept)
    other, changed = Model(), Model()
    assert same(kept(changed)(batches(5, {1})), Model()(batches(5, {1})))
    assert changed.asked == ["1-0", "3-0", "4-0"]
    list(kept(other, "other model")(batches(3)))
    assert other.asked == ["0-0", "1-0", "2-0"]


@pytest.mark.parametrize("damage", [lambda text: text[:-9], lambda text: text.replace(b"0.1", b"0.2", 1)])
def test_a_line_that_was_cut_off_or_damaged_is_answered_again(kept, damage):
    interrupted(kept)
    path = kept(Model()).path
    path.write_bytes(damage(path.read_bytes()))
    model = Model()
    assert same(kept(model)(batches(5)), Model()(batches(5)))
    assert len(model.asked) == 3
    assert kept(Model()).found == 5


def test_a_file_that_changes_makes_another_batch_and_pictures_in_memory_are_never_kept(tmp_path, kept):
    path = tmp_path / "a.png"
    keys = []
    for size in (None, 3, 4):
        if size:
            Image.new("RGB", (size, size)).save(path)
        keys.append(batch_key("model", [(0, Record("1", {"image": path}))]))
    assert len(set(keys)) == 3
    batch = [(0, Record("1", {"image": Image.new("RGB", (2, 2))}))]
    model = kept(Model())
    assert batch_key("model", batch) is None
    assert len(list(model([batch]))) == 1
    assert not model.path.exists()


def test_few_batches_are_read_ahead_of_the_answers(kept):
    interrupted(kept, 40)
    taken = []

    def some():
        for batch in batches(40):
            taken.append(batch)
            yield batch

    for number, _ in enumerate(kept(Model())(some())):
        assert len(taken) <= number + 2
