"""The head that holds heads: its views, its selection, and a whole run of it."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from tiny import TINY
from vbg_ensemble.selection import best_shift, greedy, weigh
from vbg_ensemble.view import View, distinct

import vbg_framework
from vbg_framework import Block, Task
from vbg_framework.base.errors import VBGError
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry

BLOCKS = (Block("image", 3), Block("text", 4, dense=False))
WORDS = ["encoders.text={type: tfidf, min_df: 1}", "fusion=null", "tasks=[form]", "train.folds=3"]
MEMBERS = "members: {ridge: {type: ridge}, near: {type: neighbours}}, bags: 2, rounds: 5"


def test_views_leave_out_what_is_not_there_and_are_not_repeated():
    views = {"a": {"image": 0.2, "text": 0.8}, "b": {"image": 0.5, "text": 0.5}, "c": {"text": 0.7, "metadata": 0.3}}
    assert distinct(views, BLOCKS) == {"a": views["a"], "b": views["b"], "c": {"text": 1.0}}
    assert distinct(views, BLOCKS[:1]) == {"a": {"image": 1.0}}
    assert distinct({"a": {"image": 1}}, [Block("", 5)]) == {"whole": {"": 1.0}}


def test_blocks_count_as_the_view_says_whatever_their_units():
    x = np.random.default_rng(0).normal(0, 1, (40, 7)) * [1000, 1000, 1000, 1, 1, 1, 1]
    view = View.learn(x, BLOCKS, {"image": 0.25, "text": 0.75}, most=7, seed=0)
    even = view._even(x)
    assert np.square(even[:, :3]).sum(1).mean() == pytest.approx(0.25)
    assert np.square(even[:, 3:]).sum(1).mean() == pytest.approx(0.75)
    assert np.square(view(x)).sum(1).mean() == pytest.approx(1, abs=1e-5)


def test_a_missing_modality_lies_at_the_mean_and_not_at_its_negative():
    x = np.random.default_rng(0).normal(5, 1, (40, 7))
    x[0, :3] = 0
    view = View.learn(x, BLOCKS, {"image": 0.5, "text": 0.5}, most=7, seed=0)
    assert (view._even(x)[0, :3] == 0).all()


def test_selection_prefers_what_is_right_and_sums_to_one():
    right = np.stack([np.full(30, 0.9), np.full(30, 0.3), np.full(30, 0.2)])
    weights = greedy(right, 4, 10, np.random.default_rng(0))
    assert weights.sum() == pytest.approx(1)
    assert weights[0] == weights.max()
    chosen, apart = weigh(right, [np.arange(15), np.arange(15, 30)], 4, 10, seed=0)
    assert chosen.tolist() == [1, 0, 0]
    assert len(apart) == 2


def test_encoders_of_a_modality_count_alike_and_blocks_of_one_as_it_says():
    blocks = [Block("image", 2, 1.0, encoder="image"), Block("image", 2, 0.5, encoder="image"),
              Block("image", 3, encoder="image-mobile"), Block("text", 2, encoder="text")]  # fmt: skip
    x = np.random.default_rng(0).normal(2, 3, (50, 9))
    even = View.learn(x, blocks, {"image": 0.6, "text": 0.4}, most=9, seed=0)._even(x)
    sizes = [np.square(even[:, start:end]).sum(1).mean() for start, end in ((0, 2), (2, 4), (4, 7), (7, 9))]
    assert sizes == pytest.approx([0.2, 0.1, 0.3, 0.4])


def learnt(target, task, x, **options):
    part = load_plugins().component("classifier", "ensemble", where="test")[0]
    config = part.config(**{**part.tiny, **options})
    head = part.load()(config, dim=x.shape[1], tasks={"kind": task})
    head.blocks = (Block("text", 5, encoder="text"), Block("metadata", x.shape[1] - 5, encoder="metadata"))
    head.fit(x, {"kind": target}, seed=0)
    return head, np.asarray(head.predict_proba(x)["kind"])


def test_a_member_may_be_kept_to_some_views():
    x, target = np.random.default_rng(0).normal(0, 1, (40, 8)), np.arange(40) % 2
    views = {"metadata": {"metadata": 1}, "all": {"text": 1, "metadata": 1}}
    task = Task("kind", False, ("a", "b"), (20, 20))
    head, _ = learnt(target, task, x, views=views, only={"neighbours": ["metadata"]})
    tried = {(row["member"], row["view"]) for row in head.account()["kind"]}
    assert tried == {("ridge", "metadata"), ("ridge", "all"), ("neighbours", "metadata")}
    lonely, _ = learnt(target, task, x, views=views, only={"neighbours": [], "ridge": []})
    assert len(lonely.account()["kind"]) == 4


@pytest.mark.parametrize(("classes", "each"), [(2, 3), (10, 5), (500, 2)])
def test_few_records_of_a_class_many_classes_and_missing_labels_are_answered(classes, each):
    generator = np.random.default_rng(classes)
    target = np.repeat(np.arange(classes), each)
    x = generator.normal(0, 1, (len(target), 12)) + 3 * generator.normal(0, 1, (classes, 12))[target]
    target[::7] = -1
    task = Task("kind", False, tuple(f"c{code}" for code in range(classes)), (each,) * classes)
    _, said = learnt(target, task, x)
    assert said.sum(1) == pytest.approx(1)
    known = target >= 0
    assert (said.argmax(1) == target)[known].mean() > 0.6


def test_several_labels_of_a_record_are_answered_one_by_one():
    x = np.random.default_rng(0).normal(0, 1, (60, 8))
    target = (x[:, :3] > 0).astype(int)
    target[::9] = -1
    _, said = learnt(target, Task("kind", True, ("a", "b", "c"), (30, 30, 30)), x)
    assert ((said > 0.5) == (x[:, :3] > 0)).mean() > 0.8


def test_a_class_that_its_fold_has_not_learnt_says_nothing_about_the_members():
    generator = np.random.default_rng(0)
    target = np.concatenate([np.arange(40) % 2, np.arange(2, 10)])  # eight classes of one object each
    x = generator.normal(0, 1, (len(target), 12)) + 3 * generator.normal(0, 1, (10, 12))[target]
    task = Task("kind", False, tuple("abcdefghij"), tuple(np.bincount(target)))
    head, _ = learnt(target, task, x)
    assert min(row["log_loss"] for row in head.account()["kind"]) < 1  # 13.8 for each of them otherwise


def test_few_records_get_no_shift():
    assert best_shift(np.full((20, 2), 0.5), np.arange(20) % 2) == 0


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    sets = [*WORDS, f"classifier={{type: ensemble, {MEMBERS}}}", "calibration.temperature=true"]
    return vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path_factory.mktemp("runs"), sets=sets)


def test_every_record_but_the_test_ones_is_answered_out_of_fold(run):
    held, test = (pq.read_table(run.path / f"{name}.parquet").to_pydict() for name in ("out_of_fold", "predictions"))
    assert set(held["split"]) == {"train", "validation"}
    assert not {*held["group"]} & {*test["group"]}
    counts = run.read_json("metrics.json")["data"]["counts"]
    assert len(held["id"]) == counts["train"] + counts["validation"]


def test_the_run_says_which_member_counts_how_much(run):
    rows = run.read_json("members.json")["form"]
    assert {row["member"] for row in rows} == {"ridge", "near"}
    assert sum(row["weight"] for row in rows) == pytest.approx(1)
    assert "near" in (run.path / "report.html").read_text()


def test_the_run_and_its_model_record_whose_the_members_are(run):
    about = vbg_framework.load(run.path).about
    for plugins in (run.config()["plugins"], about["plugins"]):
        member = plugins["classifier.members.near"]
        assert (member["type"], member["plugin"], member["kind"]) == ("neighbours", "vbg_sklearn", "classifier")
    assert run.config()["experiment"]["classifier"]["members"]["ridge"]["kernel"] == "linear"


def test_a_member_of_a_blocked_plugin_or_unknown_is_refused_before_the_run():
    registry = Registry.read(TINY)
    for sets, message in {
        "members: {a: {type: ridge}}": "members.a: unknown classifier type 'ridge'",
        "members: {a: {type: softmax, dropot: 1}}": "members.a: unknown key 'dropot'. Did you mean 'dropout'",
        "members: {a: nobody}": "members.a: 'nobody' is no classifier in the registry",
    }.items():
        chosen = [*WORDS, f"classifier={{type: ensemble, {sets}}}"]
        with pytest.raises(VBGError, match=message):
            registry.experiment("tiny-text", load_plugins(["vbg_sklearn"]), chosen)


def test_the_saved_model_says_what_the_run_said(run):
    table = pq.read_table(run.path / "predictions.parquet").to_pydict()
    model = vbg_framework.load(run.path)
    from vbg_framework.config.plugins import load_plugins
    from vbg_framework.config.registry import resolve
    from vbg_framework.data.loading.opening import open_items
    from vbg_framework.data.preparation.cache import prepare_data
    from vbg_framework.screen import Screen

    config = run.config()
    resolved = resolve(config["name"], config["experiment"], load_plugins(), "test")
    items = open_items(resolved.experiment, prepare_data(resolved.parts["data"], Screen()))[1]["test"]
    said = [list(p.probabilities["form"].values()) for p in model.predict([item["inputs"] for item in items])]
    assert np.allclose(said, table["form_probabilities"], atol=1e-5)


def test_a_member_that_is_trained_is_refused(tmp_path):
    wrong = "classifier={type: ensemble, members: {net: {type: softmax}}}"
    with pytest.raises(VBGError, match="members.net: a member is fitted, got 'softmax'"):
        vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=[*WORDS, wrong])


def test_folds_of_a_trained_head_are_refused(tmp_path):
    with pytest.raises(VBGError, match="train.folds: folds need a head that is fitted"):
        vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=["train.folds=3"])
