"""Any encoder works with any fusion and any head: every pair of our own components takes a training step together."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, combinations, product

import pytest
import torch

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.config.experiment import TextConfig
from vbg_framework.config.plugins import load_plugins
from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.interfaces import Encoder
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.learning.batch import Collate
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.model import Model
from vbg_framework.testing import collection

MODALITIES = ("image", "metadata", "text")
RECORDS = collection.records(collection.COUNTS)
TASKS = collection.tasks(RECORDS)
POLICY = TextPolicy(TextConfig(), fields=("title", "description"), tasks=TASKS)
ITEMS = RecordItems(RECORDS, tasks=TASKS, modalities=MODALITIES, text=POLICY)
BATCH = [(number, ITEMS[number]) for number in range(8)]
"""Among these each modality is missing once or more, and a label."""

Choice = tuple[str, str]  # (image, text, metadata, fusion or classifier; name of a component)


def found(kind):
    """name -> (component, its class) of our own components of a kind, so far as they can be imported."""
    for component, plugin in load_plugins().components():
        if plugin.distribution == "vbg-framework" and component.kind == kind:
            try:
                yield component.name, (component, component.load())
            except VBGError:
                assert component.hint, f"{component.name} cannot be imported, and nobody says how to install it"


ENCODERS = dict(found("encoder"))
FUSIONS = dict(found("fusion"))
HEADS = {name: found for name, found in found("classifier") if not issubclass(found[1], EstimatorClassifier)}
FITTED = {name: found for name, found in found("classifier") if issubclass(found[1], EstimatorClassifier)}


def joins(name: str, modalities: tuple[str, ...]) -> bool:
    """Whether a fusion takes these modalities."""
    component, kind = FUSIONS[name]
    try:
        kind(component.config(**component.tiny), dims=dict.fromkeys(modalities, 8))
    except VBGError:
        return False
    return True


def candidates() -> Iterator[frozenset[Choice]]:
    """All experiments there could be; with as many modalities as the fusion takes."""
    encoders = {m: [(m, name) for name, (_, kind) in ENCODERS.items() if kind.modality == m] for m in MODALITIES}
    for fusion in FUSIONS:
        chosen = [MODALITIES] if joins(fusion, MODALITIES) else combinations(MODALITIES, 2)
        heads = [("classifier", name) for name in HEADS]
        for modalities in chosen:
            yield from map(frozenset, product(*(encoders[m] for m in modalities), [("fusion", fusion)], heads))


def pairs(case: frozenset[Choice]) -> set[tuple[Choice, ...]]:
    """Which two stand together."""
    return set(combinations(sorted(case), 2))


def covering() -> list[frozenset[Choice]]:
    """A small choice of candidates that holds every pair: always the one with most new pairs."""
    left = {case: pairs(case) for case in sorted(candidates(), key=sorted)}
    chosen = []
    while left:
        best = max(left, key=lambda case: len(left[case]))
        new = left[best]
        chosen.append(best)
        left = {case: rest for case, known in left.items() if (rest := known - new)}
    return chosen


CASES = covering()


@cache
def encoder(name: str, folder) -> Encoder:
    """A real one, prepared on all records; made once."""
    component, kind = ENCODERS[name]
    config, assets = component.config(**component.tiny), folder / name
    assets.mkdir()
    kind.prepare(config, ITEMS.raw(kind.modality), assets, seed=0)
    made = kind(config, assets=assets)
    made.pretrain(ITEMS.raw(kind.modality), seed=0)
    return made


def build(case: Mapping[str, str], folder) -> Model:
    """The model of a case, under a seed."""
    tasks = {task.name: task for task in TASKS}
    with isolated():
        seed_everything(0)
        encoders = {m: encoder(case[m], folder) for m in MODALITIES if m in case}
        (fusion, joiner), (head, kind) = FUSIONS[case["fusion"]], HEADS[case["classifier"]]
        joined = joiner(fusion.config(**fusion.tiny), dims={m: each.dim for m, each in encoders.items()})
        classifier = kind(head.config(**head.tiny), dim=joined.dim, tasks=tasks)
    return Model(encoders, joined, classifier, [name for name, task in tasks.items() if task.multi_label])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("assets")


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(name for _, name in sorted(case)))
def test_any_parts_take_a_training_step_together(case, folder):
    model = build(dict(case), folder).train()
    model.zero_grad()
    collate = Collate({m: each.processor(True) for m, each in model.encoders.items()}, {t.name: t for t in TASKS}, 0)
    batch = collate(BATCH)
    with isolated():
        seed_everything(0)
        logits = model(batch)
        loss = model.classifier.loss(logits, batch["targets"])
        loss.backward()
    assert {name: tuple(value.shape) for name, value in logits.items()} == {"form": (8, 5), "colours": (8, 4)}
    assert torch.stack([loss, *(value.sum() for value in logits.values())]).isfinite().all()
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    assert [name for name, p in trained.items() if p.grad is None or not p.grad.isfinite().all()] == []
    for part in (*model.encoders.values(), model.fusion, model.classifier):
        learns = [p for p in part.parameters() if p.requires_grad]
        assert not learns or any(p.grad.abs().sum() > 0 for p in learns), type(part).__name__


def test_every_pair_of_components_is_tried():
    tried = set(chain.from_iterable(map(pairs, CASES)))
    for encoder_name, (_, kind) in ENCODERS.items():
        for other in [("fusion", name) for name in FUSIONS] + [("classifier", name) for name in HEADS]:
            assert tuple(sorted([(kind.modality, encoder_name), other])) in tried
    assert {tuple(sorted([("fusion", f), ("classifier", h)])) for f in FUSIONS for h in HEADS} <= tried
    assert len(CASES) < len(list(candidates())) / 5


@pytest.mark.parametrize("name", ENCODERS)
def test_every_fitted_head_reads_what_an_encoder_says(name, folder):
    each, tasks = encoder(name, folder), {task.name: task for task in TASKS}
    batch = Collate({each.modality: each.processor(False)}, tasks)([(i, ITEMS[i]) for i in range(len(ITEMS))])
    targets = {task: values.numpy().astype(int) for task, values in batch["targets"].items()}
    for component, kind in FITTED.values():
        head = EstimatorHead(kind(component.config(**component.tiny), dim=each.dim, tasks=tasks))
        model = Model({each.modality: each}, None, head).eval()
        with torch.inference_mode():
            head.estimator.fit(model.join(model.features(batch)).numpy(), targets, seed=0)
            logits = model(batch)
        assert torch.allclose(logits["form"].softmax(-1).sum(-1), torch.ones(len(ITEMS)), atol=1e-5)
        assert logits["colours"].sigmoid().isfinite().all()
