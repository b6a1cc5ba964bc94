"""Domain-adversarial training: the reversed gradient, the head, the domains, and whole runs."""

import math
import pickle

import pytest
import torch
from accelerate import Accelerator, PartialState
from safetensors.torch import load_file
from tiny import TINY
from torch import nn
from torch.nn.functional import cross_entropy

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.experiment import AdversarialConfig
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.interfaces import Classifier
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.learning.adversary import AdversarialHead, Domains, open_domains, reversal_strength, reverse
from vbg_framework.learning.job import Job
from vbg_framework.learning.trained import Material, train_classifier
from vbg_framework.screen import Screen

ZONE = "adversarial={over: zone, weight: 1, hidden: 8}"


class Linear(Classifier):
    """One linear head for `form`, which insists on knowing of nothing else."""

    def __init__(self):
        super().__init__(None, dim=4, tasks={})
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return {"form": self.layer(x)}

    def loss(self, logits, targets):
        assert set(logits) == set(targets) == {"form"}
        return cross_entropy(logits["form"], targets["form"])


@pytest.fixture
def head():
    torch.default_generator.manual_seed(0)
    return AdversarialHead(
        Linear(), Task("museum", classes=("a", "b")), 4, AdversarialConfig(over="museum", weight=0.5)
    )


def vectors():
    return torch.randn(6, 4, generator=torch.Generator().manual_seed(1)).requires_grad_()


TARGETS = {"form": torch.tensor([0, 1, 2, 0, 1, 2]), "museum": torch.tensor([0, 1, -1, 1, 0, -1])}


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_the_reversed_gradient_is_minus_lambda_times_the_plain_one(strength):
    network = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
    x = vectors()
    [plain] = torch.autograd.grad(network(x).square().sum(), x)
    turned = reverse(x, strength)
    assert torch.equal(turned, x)
    loss = network(turned).square().sum()
    given = torch.autograd.grad(loss, [x, *network.parameters()])
    expected = torch.autograd.grad(network(x).square().sum(), list(network.parameters()))
    torch.testing.assert_close(given[0], -strength * plain, atol=1e-6, rtol=0)
    assert all(torch.equal(one, other) for one, other in zip(given[1:], expected, strict=True))


def test_the_strength_rises_from_zero_to_almost_one():
    values = [reversal_strength(progress / 10) for progress in range(11)]
    assert values[0] == 0
    assert values[1] == pytest.approx((math.e - 1) / (math.e + 1))  # = tanh(1/2)
    assert values[-1] == pytest.approx(math.tanh(5))
    assert values == sorted(values)


def test_the_loss_is_the_classifiers_and_the_adversarys_over_known_domains(head):
    head.strength, x = 0.7, vectors()
    logits = head(x)
    found = head.loss(logits, TARGETS)
    known = TARGETS["museum"] >= 0
    said = head.adversary(x)[known]
    task, domain = (
        cross_entropy(head.classifier.layer(x), TARGETS["form"]),
        cross_entropy(said, TARGETS["museum"][known]),
    )
    torch.testing.assert_close(found, task + 0.5 * domain)
    [gradient] = torch.autograd.grad(found, x, retain_graph=True)
    of_task, of_domain = (torch.autograd.grad(loss, x, retain_graph=True)[0] for loss in (task, domain))
    torch.testing.assert_close(gradient, of_task - 0.7 * 0.5 * of_domain)
    told = head.told(Accelerator(cpu=True))
    assert told["adversary_loss"] == pytest.approx(float(domain.detach()), abs=1e-6)
    assert told["adversary_accuracy"] == float((said.argmax(1) == TARGETS["museum"][known]).float().mean())


def test_a_batch_without_a_known_domain_leaves_the_classifier_alone(head):
    x = vectors()
    found = head.loss(head(x), {**TARGETS, "museum": torch.full((6,), -1)})
    assert torch.equal(found, cross_entropy(head.classifier.layer(x), TARGETS["form"]))
    assert head.told(Accelerator(cpu=True)) == {}


def test_asked_outside_training_it_answers_as_the_classifier_does(head):
    head.eval()
    x = vectors()
    said = head(x)
    assert list(said) == ["form"]
    assert torch.equal(said["form"], head.classifier(x)["form"])


ITEMS = [
    {"id": "a", "inputs": {}, "targets": {"form": 1}},
    {"id": "b", "inputs": {}, "targets": {"form": None}},
    {"id": "a", "inputs": {}, "targets": {"form": 1}, "synthetic": True},
]


def test_the_domain_of_a_generated_record_is_unknown_unless_that_is_the_question():
    museum = pickle.loads(pickle.dumps(Domains(Task("museum", classes=("x", "y")), {"a": 1})))
    kind = Domains(Task("synthetic", classes=("real", "generated")), None)
    assert [item["targets"] for item in museum(ITEMS)] == [
        {"form": 1, "museum": 1}, {"form": None, "museum": None}, {"form": 1, "museum": None},
    ]  # fmt: skip
    assert [item["targets"]["synthetic"] for item in kind(ITEMS)] == [0, 0, 1]
    assert "museum" not in ITEMS[0]["targets"]


def setting(folder, *sets):
    """A job and the material to learn `form` against `zone`."""
    plugins = load_plugins()
    sets = ["tasks=[form]", "train.steps=6", "train.evaluate_every=2", ZONE, *sets]
    resolved = Registry.read(TINY).experiment("tiny-text", plugins, sets)
    prepared = prepare_data(resolved.parts["data"], Screen())
    splits, items = open_items(resolved.experiment, prepared)
    job = Job(RunFolder(folder), resolved, plugins, Screen(), PartialState(cpu=True))
    tasks = {task.name: task for task in splits.tasks}
    domains = open_domains(resolved, prepared, items["train"])
    train, validation = items["train"], items["validation"]
    return job, Material(real=train, train=train, validation=validation, tasks=tasks, domains=domains)


def trained(job, material, notify=lambda *_, **__: None):
    return train_classifier(job, job.run, material, notify, "Training")


def test_an_interrupted_training_goes_on_to_the_same_numbers(tmp_path):
    def stop(_, *, step, **__):
        if step == 4:
            raise KeyboardInterrupt

    whole, cut = setting(tmp_path / "whole"), setting(tmp_path / "cut", "train.checkpoint_seconds=0")
    expected = trained(*whole)
    with pytest.raises(KeyboardInterrupt):
        trained(*cut, stop)
    checkpoint = max((tmp_path / "cut" / "checkpoints").glob("step-*"))
    assert any("adversary" in name for name in load_file(checkpoint / "model.safetensors"))
    again = trained(*cut)
    state = expected.model.state_dict()
    assert all(torch.equal(state[name], value) for name, value in again.model.state_dict().items())
    assert not [name for name in state if "adversary" in name]
    lines = [[line for line in job.run.lines() if line["kind"] == "train"] for job in (whole[0], cut[0])]
    assert len(lines[0]) == 6
    keys = ("step", "loss", "adversary_loss", "adversary_accuracy")
    assert [[line[key] for key in keys] for line in lines[0]] == [[line[key] for key in keys] for line in lines[1]]


def test_it_follows_from_the_seed_and_starts_from_the_same_weights_as_without(tmp_path):
    job, material = setting(tmp_path / "on", "train.steps=1")
    trained(job, material)
    off = setting(tmp_path / "off", "train.steps=1", "adversarial=null")
    assert off[1].domains is None
    trained(*off)
    first, plain = (next(line for line in each.run.lines()) for each in (job, off[0]))
    assert first["loss"] == pytest.approx(plain["loss"] + first["adversary_loss"], abs=1e-5)
    assert "adversary_loss" not in plain


def late_loss(folder, cards, seed):
    """The adversary's mean loss at the end of a training in which every text names the museum."""
    data = f"data={{type: table, path: {cards}, id: id, text: [title], targets: {{form: form, zone: museum}}}}"
    sets = [
        data,
        "train.steps=60",
        "train.evaluate_every=60",
        "train.learning_rate=1e-2",
        "train.batch_size=16",
        "adversarial.hidden=64",
        f"seed={seed}",
    ]
    job, material = setting(folder, *sets)
    trained(job, material)
    lines = [line["adversary_loss"] for line in job.run.lines() if line["kind"] == "train"]
    return sum(lines[-15:]) / 15


def test_the_adversary_fails_where_encoders_work_against_it(tmp_path, monkeypatch):
    rows = [(i, ("bowl", "vase")[i % 2], ("north", "south")[i // 2 % 2]) for i in range(80)]
    cards = tmp_path / "cards.csv"
    cards.write_text(
        "id,title,form,museum\n" + "".join(f"{i},{form} {place},{form},{place}\n" for i, form, place in rows)
    )
    against = late_loss(tmp_path / "against", cards, 1)
    monkeypatch.setattr("vbg_framework.learning.train.reversal_strength", lambda _: 0.0)
    alone = late_loss(tmp_path / "alone", cards, 1)
    assert alone < 0.3
    assert against > 0.5  # not knowing at all is log 2


def test_a_run_learns_saves_and_reports_its_tasks_alone(tmp_path):
    sets = ["adversarial={over: zone}", "fusion={type: late, dim: 8}", "train.steps=2", "train.evaluate_every=1"]
    run = vbg_framework.run("tiny", registry=TINY, runs=tmp_path, sets=sets)  # modalities that vote
    assert set(run.read_json("metrics.json")["test"]) == {"form", "glaze"}
    assert not [name for name in load_file(run.path / "model" / "model.safetensors") if "adversary" in name]
    assert set(next(vbg_framework.load(run.path).predict([{"text": "A bowl"}])).classes) == {"form", "glaze"}
    assert {"adversary_loss", "adversary_accuracy"} < set(run.lines()[0])


def test_generated_records_are_told_from_real_ones(tmp_path):
    sets = ["adversarial={over: synthetic}", "encoders={image: null}", "fusion=null", "train.steps=4"]
    more = ["loop.rounds=1", "train.batch_size=32", "mix.weight=0.5"]
    run = vbg_framework.run("tiny-copies", registry=TINY, runs=tmp_path, sets=[*sets, *more])
    losses = [line["adversary_loss"] for line in run.lines() if line["kind"] == "train"]
    assert len(losses) == 4
    assert all(0.2 < loss < 1.2 for loss in losses)  # two domains: about log 2


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (["adversarial={over: synthetic}"], "`adversarial.over: synthetic` needs an `augmenter`"),
        (["adversarial={over: glaze}"], "`adversarial.over` must not be a task to learn"),
        (["adversarial={over: zon}"], r"adversarial.over: unknown task 'zon'. Did you mean 'zone'"),
        (
            ["adversarial={over: synthetic}", "augmenter={type: classical}"],
            r"adversarial.over: 'classical' generates no records",
        ),
        (
            ["adversarial={over: zone}", "encoders.text={type: tfidf}", "classifier={type: logistic_regression}"],
            r"adversarial: 'logistic_regression' is fitted, and no gradient can be reversed",
        ),
        (
            ["adversarial={over: zone}", "encoders.text={type: tfidf}"],
            "adversarial: neither encoders nor fusion learn",
        ),
    ],
)
def test_what_cannot_be_opposed_is_refused(tmp_path, sets, message):
    with pytest.raises(VBGError, match=message):
        vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=sets)


def test_a_domain_without_a_second_class_is_refused(tmp_path):
    job, material = setting(tmp_path)
    prepared = prepare_data(job.resolved.parts["data"], Screen())
    zones = material.real.column("target_zone")
    one = material.real.select([row for row, zone in enumerate(zones) if zone == zones[0]])
    with pytest.raises(VBGError, match=f"all training records are of one class of 'zone', got {zones[0]}"):
        open_domains(job.resolved, prepared, one)
