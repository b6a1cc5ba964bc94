"""Real and generated items, mixed."""

import pickle

import pytest
import torch
from museum import museum

from vbg_framework.config.augmentation import MixConfig
from vbg_framework.contracts.record import Record
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.learning.mixed import Mixed, Soft, Swap


@pytest.fixture
def real(tmp_path):
    return museum(tmp_path)


@pytest.fixture
def made(real):
    records = [Record(f"SYN_{i}", {"text": f"new {i}"}, {"kind": "tile" if i % 2 else "jar"}) for i in range(6)]
    return RecordItems(records, tasks=real.tasks, modalities=real.modalities, text=real.text)


def texts(items):
    return [items[i]["inputs"]["text"] for i in range(len(items))]


def test_new_records_come_behind_the_real_ones_and_are_marked(real, made):
    mixed = Mixed(real, made, MixConfig())
    assert len(mixed) == 38
    assert [bool(mixed[i].get("synthetic")) for i in range(38)] == [False] * 32 + [True] * 6
    assert texts(mixed)[31:34] == ["tile 1", "new 0", "new 1"]


def test_the_counts_of_the_tasks_include_what_was_added(real, made):
    tasks = Mixed(real, made, MixConfig()).tasks(real.tasks)
    assert tasks["kind"].counts == (20, 13, 5)
    assert tasks["size"].counts == (16, 16)[: len(tasks["size"].counts)]


@pytest.mark.parametrize(
    "mix", [{}, {"policy": "synthetic_only"}, {"policy": "replace", "probability": 0.5}], ids=lambda mix: str(mix)
)
def test_members_are_the_items_of_each_class(real, made, mix):
    mixed = Mixed(real, made, MixConfig(**mix))
    targets = [mixed[i]["targets"]["kind"] for i in range(len(mixed))]
    assert mixed.members("kind") == [[i for i, target in enumerate(targets) if target == code] for code in range(3)]


def test_synthetic_only_leaves_the_real_ones_out(real, made):
    mixed = Mixed(real, made, MixConfig(policy="synthetic_only"))
    assert texts(mixed) == [f"new {i}" for i in range(6)]
    assert mixed.tasks(real.tasks)["kind"].counts == (0, 3, 3)


def test_replacing_adds_nothing(real, made):
    mixed = Mixed(real, made, MixConfig(policy="replace", probability=0.5))
    assert len(mixed) == 32
    assert mixed.tasks(real.tasks)["kind"].counts == (20, 10, 2)


def test_a_swap_exchanges_records_of_one_class_with_the_stated_probability(real, made):
    items = [real[i] for i in range(len(real))] * 30
    torch.manual_seed(0)
    swapped = Swap(made, "kind", 0.3)(items)
    assert [item["targets"]["kind"] for item in swapped] == [item["targets"]["kind"] for item in items]
    changed = [item["targets"]["kind"] for item in swapped if item.get("synthetic")]
    assert 0 not in changed  # no bowl was generated
    assert len(changed) / (12 * 30) == pytest.approx(0.3, abs=0.08)


def test_a_swap_follows_torchs_seed_and_can_be_sent_to_a_worker(real, made):
    items = [real[i] for i in range(20, 32)]
    swap = Swap(made, "kind", 0.5)
    outcomes = []
    for one in (swap, pickle.loads(pickle.dumps(swap))):
        torch.manual_seed(3)
        outcomes.append([item["inputs"]["text"] for item in one(items)])
    assert outcomes[0] == outcomes[1]


def test_soft_labels_are_drawn_by_their_shares_for_generated_records_alone(real, made):
    names = next(task for task in real.tasks if task.name == "size").classes
    shares = dict(zip(names, [0.25] + [0.75 / (len(names) - 1)] * (len(names) - 1), strict=True))
    soft = pickle.loads(pickle.dumps(Soft({"SYN_1": {"size": shares, "unknown": {"a": 1.0}}}, real.tasks)))
    items = [real[0], *[{**made[i % 2], "synthetic": True} for i in range(4000)]]
    torch.manual_seed(1)
    drawn = soft(items)
    torch.manual_seed(1)
    assert drawn == soft(items)
    assert drawn[0] is items[0]
    assert drawn[1::2] == items[1::2]  # SYN_0 has none
    sizes = [item["targets"]["size"] for item in drawn[2::2]]
    assert sizes.count(0) / len(sizes) == pytest.approx(0.25, abs=0.03)
    assert all(item["targets"]["kind"] == 2 for item in drawn[2::2])
    assert not soft.changes
