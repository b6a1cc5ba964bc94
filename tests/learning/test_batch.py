import pickle
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.contracts.record import Task
from vbg_framework.learning.batch import STAND_IN, Collate, Steps, drawn, ordered_loader, training_loader

FORM = Task("form", classes=("a", "b", "c"))
TAGS = Task("tags", multi_label=True, classes=("x", "y"))


def lengths(items):
    return {"length": torch.tensor([len(item) for item in items])}


def noisy(items):
    return {"noise": torch.rand(len(items))}


def item(text=None, form=None, tags=None):
    return {"inputs": {} if text is None else {"text": text}, "targets": {"form": form, "tags": tags}}


GROUPS = [list(range(30)), [30, 31], [32, 3]]  # record 3 carries two labels


def steps(count, batch, micro, process=0, processes=1, start=0, stop=7, seed=1, groups=()):
    def order(generator):
        return drawn(groups, count, generator) if groups else generator.permutation(count).tolist()

    return Steps(
        count, batch, micro, seed=seed, start=start, stop=stop, process=process, processes=processes, order=order
    )


@given(
    count=st.integers(1, 40), batch=st.integers(1, 20), micro=st.integers(1, 20), processes=st.integers(1, 4),
)  # fmt: skip
def test_processes_and_micro_batches_share_each_step_without_loss_or_repetition(count, batch, micro, processes):
    whole = [pair for made in steps(count, batch, batch) for pair in made]
    made = [list(steps(count, batch, micro, p, processes)) for p in range(processes)]
    parts = [pair for batches in made for pairs in batches for pair in pairs if pair[0] != STAND_IN]
    assert sorted(parts) == sorted(whole)
    assert len(whole) == 7 * batch
    assert len({len(batches) for batches in made}) == 1  # all processes make equally many passes
    assert all(0 < len(pairs) <= micro for batches in made for pairs in batches)


@given(count=st.integers(1, 40), batch=st.integers(1, 20), start=st.integers(0, 7))
def test_training_can_start_again_at_any_step(count, batch, start):
    whole = list(steps(count, batch, batch))
    assert list(steps(count, batch, batch, start=start)) == whole[start:]


@given(count=st.integers(1, 40))
def test_every_record_is_seen_once_per_pass(count):
    found = [index for made in steps(count, 1, 1, stop=3 * count) for _, index in made]
    for turn in range(3):
        assert sorted(found[turn * count : (turn + 1) * count]) == list(range(count))


def test_passes_differ_and_follow_the_seed():
    found = [index for made in steps(50, 1, 1, stop=100) for _, index in made]
    assert found[:50] != found[50:]
    again = [index for made in steps(50, 1, 1, stop=100, seed=2) for _, index in made]
    assert found != again


def test_balanced_draws_give_every_class_its_share_of_a_pass_and_its_records_equal_chances():
    found = [index for made in steps(33, 1, 1, stop=330, groups=GROUPS[:2]) for _, index in made]
    for turn in range(10):
        scarce = sum(index in GROUPS[1] for index in found[turn * 33 : (turn + 1) * 33])
        assert scarce in (16, 17)
    counts = Counter(found)
    assert counts[30] / (counts[30] + counts[31]) == pytest.approx(0.5, abs=0.12)
    assert len([index for index in range(30) if counts[index]]) >= 28
    assert 32 not in counts  # it belongs to no class


@given(batch=st.integers(1, 20), micro=st.integers(1, 20), processes=st.integers(1, 3), start=st.integers(0, 7))
def test_balanced_draws_can_start_again_at_any_step_and_are_shared_by_processes(batch, micro, processes, start):
    whole = [pair for made in steps(33, batch, batch, groups=GROUPS) for pair in made][start * batch :]
    parts = [
        pair
        for process in range(processes)
        for made in steps(33, batch, micro, process, processes, start=start, groups=GROUPS)
        for pair in made
        if pair[0] != STAND_IN
    ]
    assert sorted(parts) == sorted(whole)


def test_balanced_passes_differ_and_follow_the_seed():
    passes = [[index for made in steps(33, 33, 33, seed=seed, groups=GROUPS) for _, index in made] for seed in (1, 2)]
    assert passes[0] != passes[1]
    assert passes[0][:33] != passes[0][33:66]


def test_the_length_counts_the_batches():
    made = steps(10, 8, 3, start=2)
    assert len(made) == len(list(made)) == 5 * 3


def test_a_missing_modality_is_marked_and_not_processed():
    collate = Collate({"text": lengths, "image": lengths}, {})
    batch = collate([(0, item("abc")), (1, item()), (2, item("a"))])
    assert batch["inputs"]["text"]["length"].tolist() == [3, 1]
    assert batch["present"]["text"].tolist() == [True, False, True]
    assert "image" not in batch["inputs"]
    assert batch["present"]["image"].tolist() == [False] * 3


def test_missing_labels_become_minus_one():
    collate = Collate({}, {"form": FORM, "tags": TAGS})
    batch = collate([(0, item(form=2, tags=[0, 1])), (1, item())])
    assert batch["targets"]["form"].tolist() == [2, -1]
    assert batch["targets"]["tags"].tolist() == [[0.0, 1.0], [-1.0, -1.0]]


def test_a_mixed_item_brings_second_targets_and_their_weight():
    mixed = {**item(form=2), "second": {"targets": {"form": 1, "tags": [1, 0]}, "weight": 0.25}}
    batch = Collate({}, {"form": FORM, "tags": TAGS})([(0, mixed), (1, item(form=0))])
    assert batch["targets"]["form"].tolist() == [2, 0]
    assert batch["second"]["form"].tolist() == [1, 0]
    assert batch["second"]["tags"].tolist() == [[1.0, 0.0], [-1.0, -1.0]]
    assert batch["second_weight"].tolist() == [0.25, 0.0]
    assert "second" not in Collate({}, {"form": FORM})([(0, item(form=2))])


def told(items):
    """A transform that writes targets and mixes, as those of augmenters may."""
    second = {"targets": {"form": 1, "tags": [1, 1]}, "weight": 0.5}
    return [{**item, "targets": {"form": 0, "tags": [1, 0]}, "second": second} for item in items]


def test_a_stand_in_has_no_label_whatever_transforms_write():
    collate = Collate({"text": lengths}, {"form": FORM, "tags": TAGS}, 1, [told])
    loader = training_loader([item("abc", form=2, tags=[0, 1])], steps(1, 1, 1, 1, 2, stop=2), collate, 0)
    for batch in loader:
        assert batch["index"].tolist() == [STAND_IN]
        assert batch["targets"]["form"].tolist() == [-1]
        assert batch["targets"]["tags"].tolist() == [[-1.0, -1.0]]
        assert "second" not in batch
        assert batch["inputs"]["text"]["length"].tolist() == [3]
    assert collate([(0, item("abc"))])["targets"]["form"].tolist() == [0]


def test_random_transforms_follow_the_draw_and_leave_the_global_generator_alone():
    collate = Collate({"text": noisy}, {}, seed=5)
    torch.manual_seed(0)
    state = torch.get_rng_state()
    first, again, later = (collate([(draw, item("a"))])["inputs"]["text"]["noise"] for draw in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, later)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("workers", [0, 2])
def test_worker_processes_do_not_change_the_batches(workers):
    items = [item(text="x" * n) for n in range(10)]
    loader = training_loader(items, steps(10, 4, 2, stop=3), Collate({"text": noisy}, {}, seed=5), workers)
    plain = training_loader(items, steps(10, 4, 2, stop=3), Collate({"text": noisy}, {}, seed=5), 0)
    for made, expected in zip(loader, plain, strict=True):
        assert torch.equal(made["inputs"]["text"]["noise"], expected["inputs"]["text"]["noise"])


def test_the_ordered_loader_gives_each_item_once_with_its_position():
    loader = ordered_loader([item("x" * n) for n in range(7)], range(1, 7, 2), Collate({"text": lengths}, {}), 2, 0)
    index = np.concatenate([batch["index"].numpy() for batch in loader])
    assert index.tolist() == [1, 3, 5]
    assert torch.cat([batch["inputs"]["text"]["length"] for batch in loader]).tolist() == [1, 3, 5]


def test_collate_is_picklable():
    assert pickle.loads(pickle.dumps(Collate({"text": lengths}, {"form": FORM}))).tasks == {"form": FORM}
