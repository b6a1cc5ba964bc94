"""Real and generated items, mixed."""

import pickle

import pytest
import torch
from museum import museum
from vbg_softmax import SoftmaxConfig
from vbg_softmax.classifier import SoftmaxClassifier

from vbg_framework.config.augmentation import MixConfig
from vbg_framework.contracts.record import Record
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.learning.batch import Collate
from vbg_framework.learning.loss import StepLoss
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


def test_soft_labels_of_many_classes_are_drawn_by_their_shares_for_generated_records_alone(real, made):
    shares = {"bowl": 0.25, "jar": 0.25, "tile": 0.5}
    soft = pickle.loads(pickle.dumps(Soft({"SYN_1": {"kind": shares, "unknown": {"a": 1.0}}}, real.tasks)))
    items = [real[0], *[{**made[i % 2], "synthetic": True} for i in range(4000)]]
    torch.manual_seed(1)
    drawn = soft(items)
    torch.manual_seed(1)
    assert drawn == soft(items)
    assert drawn[0] is items[0]
    assert drawn[1::2] == items[1::2]  # SYN_0 has none
    kinds = [item["targets"]["kind"] for item in drawn[2::2]]
    assert kinds.count(0) / len(kinds) == pytest.approx(0.25, abs=0.03)
    assert all(item["targets"].get("size") is None for item in drawn[2::2])
    assert not soft.changes


@pytest.mark.parametrize("weight", [1.0, 0.25])
def test_the_loss_of_a_label_between_two_classes_is_the_plain_cross_entropy_with_its_shares(real, made, weight):
    """A slow clear version: record by record, share by share."""
    told = {"SYN_0": {"kind": {"bowl": 0.3, "jar": 0.7}}, "SYN_1": {"kind": {"tile": 0.9, "bowl": 0.1}}}
    items = [real[0], real[25], *[{**made[i], "synthetic": True} for i in range(3)]]
    tasks = {task.name: task for task in real.tasks}
    batch = Collate({}, tasks, seed=0, transforms=[Soft(told, real.tasks)])(list(enumerate(items)))
    classifier = SoftmaxClassifier(SoftmaxConfig(dropout=0), dim=4, tasks=tasks)
    logits = classifier(torch.randn(5, 4, generator=torch.Generator().manual_seed(2)))
    total = mass = 0.0
    for row, item in enumerate(items):
        plain = {tasks["kind"].classes[item["targets"]["kind"]]: 1.0}
        each = weight if item.get("synthetic") else 1.0
        for name, share in told.get(item["id"], {"kind": plain})["kind"].items():
            total -= each * share * logits["kind"][row].log_softmax(0)[tasks["kind"].classes.index(name)]
        mass += each
    sizes = torch.nn.functional.cross_entropy(logits["size"], batch["targets"]["size"], ignore_index=-1)
    expected = (total / mass + sizes) / 2 + classifier.penalty()
    torch.testing.assert_close(StepLoss(classifier, [batch], weight)(0, logits, batch), expected)


def test_a_second_soft_label_of_a_record_is_drawn_beside_the_exact_one(real, made):
    told = {"SYN_0": {"kind": {"bowl": 0.3, "jar": 0.7}, "size": {"large": 0.5, "small": 0.5}}}
    items = Soft(told, real.tasks)([{**made[0], "synthetic": True} for _ in range(50)])
    assert {(item["targets"]["kind"], item["second"]["targets"]["kind"]) for item in items} == {(0, 1)}
    assert all(item["second"]["weight"] == pytest.approx(0.7) for item in items)
    assert {item["targets"]["size"] for item in items} == {0, 1}
    assert all(item["second"]["targets"]["size"] == item["targets"]["size"] for item in items)
