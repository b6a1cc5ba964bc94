"""The text generator from training texts to written ones."""

import json
import math

import pytest
import torch
from accelerate import Accelerator
from gan_texts import ROWS, Killer, Reader, view
from hypothesis import given
from hypothesis import strategies as st
from vbg_gan import text_fitting
from vbg_gan.table import AttributeTable
from vbg_gan.text import TextGenerator
from vbg_gan.text_config import TextConfig
from vbg_gan.text_lesson import lesson, with_noise
from vbg_gan.text_vocabulary import Conditions, Vocabulary
from vbg_gan.text_writing import write
from vbg_gan.words import Lexicon

from vbg_framework import VBGError
from vbg_framework.screen import Screen

TINY = {
    "hidden": 24,
    "embedding": 12,
    "latent": 4,
    "dropout": 0.1,
    "batch_size": 8,
    "max_length": 40,
    "pretrain_learning_rate": 0.02,
}
FACTS = [("bowl", {"kiln": "Ding", "glaze": "white"}), ("ewer", {"kiln": "Jingdezhen", "glaze": "blue-and-white"})] * 10


def fitted(folder, train=None, *, seed=1, screen=None, attributes=("kiln", "glaze"), **options):
    train = train or view()
    generator = TextGenerator(TextConfig(**TINY | options), AttributeTable.learn(train, attributes))
    folder.mkdir(exist_ok=True)
    generator.fit(train, accelerator=Accelerator(cpu=True), seed=seed, folder=folder, screen=screen or Screen())
    return generator


def lines(folder):
    return [json.loads(line) for line in (folder / "text-losses.jsonl").read_text().splitlines()]


def weights(generator):
    return {name: tensor.clone() for name, tensor in generator._writer.state_dict().items()}


def same(one, two):
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


@given(st.lists(st.dictionaries(st.sampled_from(["title", "note"]), st.text(max_size=30), max_size=2), max_size=4))
def test_encoding_and_decoding_give_the_text_back(texts):
    vocabulary = Vocabulary.learn(texts, Lexicon({("kind", "blue bowl"): ()}), 1000)
    for text in texts:
        wanted = {field: " ".join(string.split()) for field, string in text.items() if string.split()}
        assert vocabulary.decode(vocabulary.encode(text)) == wanted


def test_the_vocabulary_keeps_names_and_then_the_commonest_words():
    lexicon = Lexicon({("kind", "blue bowl"): ()})
    texts = [{"title": "a cup, the cup, the lid, the end"}, {"title": "a bowl"}]
    assert Vocabulary.learn(texts, lexicon, 4).tokens == (" bowl", " the", ",", " cup")
    assert 1 in Vocabulary.learn(texts, lexicon, 4).encode({"title": "a lid"})


def test_conditions_are_one_hot_and_missing_ones_zero():
    conditions = Conditions(AttributeTable.learn(view(), ["glaze"]))
    facts = [("ewer", {"glaze": "white"}), ("bowl", {}), ("bowl", {"glaze": "never heard of", "other": "x"})]
    assert conditions.sizes == [5, 4]
    assert conditions.targets(facts).tolist() == [[1, 3], [0, -1], [0, -1]]
    assert conditions.vectors(facts).tolist() == [[0, 1, 0, 0, 0, 0, 0, 0, 1], [1, *[0] * 8], [1, *[0] * 8]]


def test_it_learns_the_texts_of_the_collection(tmp_path):
    generator = fitted(tmp_path, view(held_out=view()), pretrain_steps=150)
    found = lines(tmp_path)
    assert [line["step"] for line in found] == [50, 100, 150]
    assert found[-1]["nll"] < found[0]["nll"] / 3
    assert found[-1]["perplexity"] < 1.6
    texts = generator.write(FACTS, seed=5)
    titles = {row[3] for row in ROWS}
    assert sum(text.get("title") in titles for text in texts) > 12


def test_perplexity_is_that_of_the_tokens_it_knows(tmp_path):
    train = view([("bowl", None, None, "a b", None)] * 3, held_out=view([("bowl", None, None, "a b unheard", None)]))
    generator = fitted(tmp_path, train, pretrain_steps=1, dropout=0)
    writer, mask = generator._writer, generator._mask
    ids = mask.vocabulary.encode({"title": "a b unheard"})
    given = with_noise(generator._conditions.vectors([("bowl", {})]), 4, torch.Generator().manual_seed(0))
    logits = writer(torch.tensor([[0, *ids]]), given[:1])[0].log_softmax(dim=1)
    known = [logits[place, token].item() for place, token in enumerate([*ids, 0]) if token != 1]
    assert lines(tmp_path)[0]["perplexity"] == pytest.approx(math.exp(-sum(known) / len(known)), rel=1e-4)


def test_texts_follow_what_they_are_about(tmp_path):
    rows = [("bowl", kiln, None, f"Marked {mark}", None) for kiln, mark in (("Ding", "one"), ("Jingdezhen", "two"))] * 5
    generator = fitted(tmp_path, view(rows), pretrain_steps=100)
    for kiln, mark in (("Ding", "one"), ("Jingdezhen", "two")):
        texts = generator.write([("bowl", {"kiln": kiln})] * 50, seed=0)
        assert sum(text.get("title") == f"Marked {mark}" for text in texts) > 45


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_adversarial_phase_is_fitted_and_keeps_what_was_learnt(tmp_path, cell):
    generator = fitted(tmp_path, view(held_out=view()), cell=cell, pretrain_steps=50, adversarial_steps=5)
    last = lines(tmp_path)[-1]
    assert last["step"] == 55
    assert all(math.isfinite(last[name]) for name in ("nll", "d", "g"))
    assert last["perplexity"] < 2 * lines(tmp_path)[0]["perplexity"]
    reader = Reader(view())
    texts = generator.write(FACTS, seed=0)
    assert not any(reader.wrong(*about, text.values()) for about, text in zip(FACTS, texts, strict=True))


@pytest.mark.parametrize("steps", [{"pretrain_steps": 25}, {"pretrain_steps": 8, "adversarial_steps": 8}])
@pytest.mark.parametrize("kill", [3, 7, 14])
def test_a_killed_fit_goes_on_to_the_same_weights(tmp_path, monkeypatch, steps, kill):
    monkeypatch.setattr(text_fitting, "EVERY", 5)
    train = view(held_out=view(ROWS[:3]))
    whole = fitted(tmp_path / "whole", train, **steps)
    with pytest.raises(KeyboardInterrupt):
        fitted(tmp_path / "killed", train, screen=Killer(kill), **steps)
    resumed = fitted(tmp_path / "killed", train, **steps)
    assert same(weights(whole), weights(resumed))
    assert lines(tmp_path / "whole") == lines(tmp_path / "killed")


def test_a_finished_fit_is_not_repeated(tmp_path):
    first = fitted(tmp_path, pretrain_steps=60)
    assert same(weights(first), weights(fitted(tmp_path, pretrain_steps=60, screen=Killer(1))))


def test_the_same_seed_gives_the_same_texts_and_another_gives_others(tmp_path):
    first, second = (fitted(tmp_path / name, pretrain_steps=20) for name in "ab")
    assert first.write(FACTS, seed=3) == second.write(FACTS, seed=3) != first.write(FACTS, seed=4)
    assert not same(weights(first), weights(fitted(tmp_path / "c", seed=2, pretrain_steps=20)))


def from_noise(generator, z, seed, facts=FACTS[:1]):
    given = torch.cat([generator._conditions.vectors(facts).expand(len(z), -1), z], dim=1)
    draws = torch.Generator().manual_seed(seed)
    options = {"length": 40, "temperature": 1.0, "generator": draws}
    return write(generator._writer, generator._mask, facts * len(z), given, **options)


def test_the_same_noise_and_seed_give_the_same_text_and_other_noise_another(tmp_path):
    generator = fitted(tmp_path, pretrain_steps=5)
    one, two = torch.randn(2, 20, 4, generator=torch.Generator().manual_seed(0)) * 5
    assert from_noise(generator, one, 3) == from_noise(generator, one, 3) != from_noise(generator, two, 3)


def told_apart(generator):
    """Mean total variation between the chances of the words of training texts with two draws of the noise."""
    examples = [generator.example(sample) for sample in generator.table.samples(view())]
    draws = torch.Generator().manual_seed(0)
    batches = [lesson(examples, generator._conditions, 4, torch.device("cpu"), draws) for _ in range(2)]
    with torch.no_grad():
        one, two = (generator._writer(batch.inputs, batch.given).softmax(dim=2) for batch in batches)
    return ((one - two).abs().sum(dim=2) / 2)[batches[0].mask].mean()


def test_the_noise_changes_what_may_come_next_before_and_after_the_adversarial_phase(tmp_path):
    before = fitted(tmp_path / "before", pretrain_steps=50)
    after = fitted(tmp_path / "after", pretrain_steps=50, adversarial_steps=20, learning_rate=1e-2)
    assert told_apart(before) > 1e-3
    assert told_apart(after) > 1e-3
    assert told_apart(after) != told_apart(before)


def test_fitting_leaves_the_global_generators_alone(tmp_path):
    torch.default_generator.manual_seed(7)
    wanted = torch.rand(1)
    torch.default_generator.manual_seed(7)
    fitted(tmp_path, pretrain_steps=2)
    assert torch.rand(1) == wanted


@pytest.mark.parametrize("mode", ["lstm", "template", "none"])
def test_a_saved_generator_writes_the_same(tmp_path, mode):
    generator = fitted(tmp_path / "fit", mode=mode, pretrain_steps=20)
    (tmp_path / "saved").mkdir()
    generator.save(tmp_path / "saved")
    loaded = TextGenerator(generator.config, generator.table)
    loaded.load(tmp_path / "saved")
    assert loaded.write(FACTS, seed=2) == generator.write(FACTS, seed=2)
    assert {path.suffix for path in (tmp_path / "saved").iterdir()} <= {".json", ".safetensors"}


def test_a_missing_field_stays_missing_as_often_as_in_training(tmp_path):
    rows = [("bowl", None, "white", "White", "Boxed")] * 1 + [("bowl", None, "white", "White", None)] * 3
    generator = fitted(tmp_path, view(rows), pretrain_steps=100, dropout=0, batch_size=64, pretrain_learning_rate=0.005)
    texts = generator.write([("bowl", {"glaze": "white"})] * 2000, seed=0)
    assert sum("note" in text for text in texts) / 2000 == pytest.approx(0.25, abs=0.05)


def test_texts_of_other_scripts_survive(tmp_path):
    strings = ["青花梅瓶", "Ваза, фарфор", "مزهرية زرقاء", "नीला घड़ा", "청화백자", "Vază cu flori — œuvre n° 5"]
    rows = [("bowl", None, None, string, None) for string in strings]
    generator = fitted(tmp_path, view(rows), pretrain_steps=150, dropout=0)
    texts = {text["title"] for text in generator.write([("青花", {})] * 60 + [("bowl", {})] * 60, seed=0)}
    assert set(strings[1:]) <= texts
    assert len(texts - set(strings)) < 15


@pytest.mark.parametrize("mode", ["lstm", "template", "none"])
@pytest.mark.parametrize("rows", [[("bowl", "Ding", None, None, None)] * 2, [("bowl", "Ding", None, "", " ")]])
def test_without_any_text_nothing_is_learnt_and_nothing_written(tmp_path, mode, rows):
    generator = fitted(tmp_path, view(rows), mode=mode, pretrain_steps=5)
    assert not generator.usable(view(rows))
    assert generator.write(FACTS, seed=0) == [{}] * len(FACTS)
    generator.save(tmp_path)
    TextGenerator(generator.config, generator.table).load(tmp_path)


def test_whether_there_will_be_texts_is_known_beforehand():
    table, empty = AttributeTable.learn(view(), ["kiln"]), view([("bowl", "Ding", None, None, None)])
    usable = {mode: TextGenerator(TextConfig(mode=mode), table).usable(view()) for mode in ("lstm", "template", "none")}
    assert usable == {"lstm": True, "template": True, "none": False}
    given = TextConfig(mode="template", patterns={"title": ["{form}"]})
    assert TextGenerator(given, table).usable(empty)


def test_a_class_with_one_text_and_one_without_any_are_written_about(tmp_path):
    generator = fitted(tmp_path, view([*ROWS[:4], ("ewer", "Ding", "white", "An old one", None)]), pretrain_steps=50)
    texts = generator.write([("ewer", {"kiln": "Ding"}), ("青花", {}), ("figure", {})], seed=0)
    assert all(texts)


def test_a_text_is_cut_off_at_the_longest_length(tmp_path):
    rows = [("bowl", None, None, "one two three four five six seven", None)]
    generator = fitted(tmp_path, view(rows), pretrain_steps=60, max_length=4, dropout=0)
    assert generator.write([("bowl", {})] * 4, seed=0) == [{"title": "one two three"}] * 4


def test_nothing_is_written_about_nothing(tmp_path):
    assert fitted(tmp_path, pretrain_steps=2).write([], seed=0) == []


def test_an_unknown_class_is_named(tmp_path):
    generator = fitted(tmp_path, pretrain_steps=2)
    with pytest.raises(VBGError, match="form: unknown class 'bowle'. Did you mean 'bowl'?"):
        generator.write([("bowle", {})], seed=0)


def test_a_low_temperature_writes_the_usual(tmp_path):
    generator = fitted(tmp_path, pretrain_steps=100, temperature=0.01, latent=0)
    assert len({tuple(text.items()) for text in generator.write(FACTS[:1] * 30, seed=0)}) == 1
