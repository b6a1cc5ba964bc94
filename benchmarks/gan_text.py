"""The text generator: how long it learns, and how good its texts are beside real ones.

    uv run python benchmarks/gan_text.py [--data mini-museum] [--count 1000] [--show 0] [option=value ...]

Options are those of the text half of the component `gan`, such as `mode=template` or `pretrain_steps=500`. Prints:
  seconds     to fit, and to write `count` texts
  perplexity  of texts that were held out, beside those of a unigram and a bigram model with add-one smoothing
  forbidden   share of texts with a word that the table does not permit: written without the mask, and with it
  grammar     of the mini museum: share of texts that its cataloguer could have written, sentence by sentence
  distinct    share of texts that are unlike all others, and different pairs of neighbouring words / all pairs
              (distinct-2), and the same of as many real texts
  noise       how much the noise z changes: total variation between the chances of the next word of real test texts with
              two draws of z, averaged over words; 0 = z is ignored
  pairs       of the pair critic, on test records: how often a picture's own text scores above the text of a record of
              which class or an attribute differs; .5 = by chance. With `pair_weight` and `adversarial_steps` above 0
  copies      share of texts that are, field by field, those of a training record; and of fields that are one of them
  recovered   share of texts from which a classifier (TF-IDF, logistic regression) that was trained on real texts tells
              what they were to be about, and the same of real test texts
"""

from __future__ import annotations

import argparse
import math
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from vbg_gan.frames import read_frames
from vbg_gan.pair_critic import SIDE, matching_auc
from vbg_gan.pair_pictures import PairPictures
from vbg_gan.table import AttributeTable
from vbg_gan.table_learning import Facts, Sample
from vbg_gan.text import TextGenerator
from vbg_gan.text_config import TextConfig
from vbg_gan.text_lesson import lesson
from vbg_gan.text_vocabulary import END, UNKNOWN, Vocabulary
from vbg_gan.words import words
from vbg_mini_museum.catalogue import DONORS, GLAZE, KILN, MOTIF, NOUNS, TOWNS, WEAR, ZONE, Topic

from vbg_framework.base.yaml_file import parse_yaml
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.screen import Screen

CPU = torch.device("cpu")
TASKS = {
    "mini-museum": ["form", "kiln", "glaze", "zone"],  # the first is the one asked for
    "egyptian-open-access": ["object_type", "period_class", "material_class"],
}
FIELDS = {"mini-museum": ["title", "description", "note"], "egyptian-open-access": ["title", "medium", "period_text"]}


def views(data: str, pictures: bool) -> tuple[TrainView, TrainView]:
    """Training records, with a part held out, and test records; images are drawn only if they are needed."""
    sets = ["missing_image=0.95"] if data == "mini-museum" and not pictures else []
    part = Registry.read().dataset(data, load_plugins(), sets)
    records = [record for record in part.component.load()(part.config).records() if isinstance(record, Record)]
    parts: dict[str, list[Record]] = {"train": [], "validation": [], "test": []}
    for record in records:
        texts = {field: text for field in FIELDS[data] if (text := record.inputs.get("text", {}).get(field))}
        targets = {task: label for task in TASKS[data] if (label := record.targets.get(task))}
        split = record.split or {8: "validation", 9: "test"}.get(int(record.group[3:]) % 10, "train")
        images = {name: item for name, item in record.inputs.items() if name == "image" and pictures}
        parts[split].append(replace(record, inputs={"text": texts, **images}, targets=targets))
    tasks = [
        Task(name, classes=tuple(sorted({r.targets[name] for r in records if r.targets.get(name)})))
        for name in TASKS[data]
    ]
    held_out, test = (TrainView(parts[split], tasks=tasks, task=tasks[0].name) for split in ("validation", "test"))
    return TrainView(parts["train"], tasks=tasks, task=tasks[0].name, held_out=held_out), test


def references(train: Sequence[Sample], held_out: Sequence[Sample], vocabulary: Vocabulary) -> tuple[float, float]:
    """Perplexity of a unigram and of a bigram model with add-one smoothing, over the same tokens."""
    learn, measure = ([[*vocabulary.encode(sample.texts), END] for sample in part] for part in (train, held_out))
    single = Counter(token for text in learn for token in text)
    pairs = Counter(pair for text in learn for pair in zip([END, *text], text, strict=False))
    before = Counter(token for text in learn for token in [END, *text[:-1]])
    one, two = [], []
    for text in measure:
        for last, token in zip([END, *text], text, strict=False):
            if token != UNKNOWN:
                one.append(math.log((single[token] + 1) / (single.total() + len(vocabulary))))
                two.append(math.log((pairs[last, token] + 1) / (before[last] + len(vocabulary))))
    return math.exp(-np.mean(one)), math.exp(-np.mean(two))


def forbidden(table: AttributeTable, facts: Sequence[Facts], texts: Sequence[Mapping[str, str]]) -> float:
    broken = [
        any(not table.permits(about, phrase) for field in text.values() for phrase in table.lexicon.phrases(field))
        for about, text in zip(facts, texts, strict=True)
    ]
    return float(np.mean(broken))


def without_mask(generator: TextGenerator, facts: Sequence[Facts]) -> list[dict[str, str]]:
    """What would be written if every phrase were permitted."""
    free = TextGenerator(generator.config, generator.table)
    with tempfile.TemporaryDirectory() as folder:
        generator.save(Path(folder))
        free.load(Path(folder))
    table = AttributeTable(generator.table.content)
    table.permits = lambda facts, phrase: True  # type: ignore[method-assign]
    free._mask = type(free._mask)(table, free._mask.vocabulary)
    return free.write(facts, seed=1)


def sentences(topic: Topic) -> Iterator[str]:
    names = [word for several in topic.words.values() for word in several]
    for phrases, fill in ((topic.phrases, names), (topic.broad_phrases, list(topic.families))):
        yield from (phrase.format(name) for phrase in phrases for name in fill)


def grammar() -> dict[str, re.Pattern[str]]:
    """What a cataloguer of the mini museum may write, field by field."""

    def either(options: Sequence[str]) -> str:
        return "(?:" + "|".join(map(re.escape, sorted(options, key=len, reverse=True))) + ")"

    remarks = [f"gift of {name}" for name in DONORS] + [
        f"{verb} in {town}" for verb in ("bought", "shown") for town in TOWNS
    ]
    note = rf"(?:{either([*sentences(KILN), *remarks])}|inventory \d\d\d)\."
    dating, motif = either(list(sentences(ZONE))), either(list(sentences(MOTIF)))
    wear = either([remark for several in WEAR for remark in several if remark])
    return {
        "title": re.compile(f"{either(NOUNS)}(?: {either(list(sentences(GLAZE)))})?", re.IGNORECASE),
        "description": re.compile(rf"(?:{motif}, )?{dating}\.(?: {wear}\.)?", re.IGNORECASE),
        "note": re.compile(f"{note}(?: {note}){{0,2}}", re.IGNORECASE),
    }


def grammatical(texts: Sequence[Mapping[str, str]]) -> float:
    rules = grammar()
    good = [all(rules[name].fullmatch(field) for name, field in text.items()) for text in texts]
    return float(np.mean(good))


def distinct(texts: Sequence[Mapping[str, str]]) -> float:
    pairs = Counter(pair for text in texts for field in text.values() for pair in pairwise(words(field)))
    return len(pairs) / max(pairs.total(), 1)


def unlike(texts: Sequence[Mapping[str, str]]) -> float:
    return len({tuple(sorted(text.items())) for text in texts}) / len(texts)


@torch.no_grad()
def noise_counts(generator: TextGenerator, samples: Sequence[Sample]) -> float:
    """Mean total variation between the next word's chances with two draws of the noise."""
    assert generator._writer is not None
    examples = [generator.example(sample) for sample in samples]
    draws = torch.Generator().manual_seed(0)
    batches = [lesson(examples, generator._conditions, generator.config.latent, CPU, draws) for _ in range(2)]
    one, two = (generator._writer(batch.inputs, batch.given).softmax(dim=2) for batch in batches)
    return ((one - two).abs().sum(dim=2) / 2)[batches[0].mask].mean().item()


@torch.no_grad()
def pairs(generator: TextGenerator, test: TrainView, folder: Path) -> float:
    """The pair critic's matching AUC on records it has not seen."""
    assert generator.pairing is not None
    seen = PairPictures(read_frames(test, generator.table, generator.pairing.pictures.size, folder, Screen()))
    samples = [s for s in generator.table.samples(test) if s.texts and seen.number(s.record) >= 0]
    examples = [generator.example(s)._replace(picture=seen.number(s.record)) for s in samples]
    batch = lesson(examples, generator._conditions, 0, CPU)
    tokens = batch.tokens(len(generator._mask.vocabulary)) if generator._mask else batch.targets
    return matching_auc(generator.pairing.critic(seen[batch.pictures], tokens, batch.mask), batch.about)


def copies(train: Sequence[Sample], texts: Sequence[Mapping[str, str]]) -> tuple[float, float]:
    whole = {tuple(sorted(sample.texts.items())) for sample in train}
    fields = {item for sample in train for item in sample.texts.items()}
    parts = [item in fields for text in texts for item in text.items()]
    return float(np.mean([tuple(sorted(text.items())) in whole for text in texts])), float(np.mean(parts))


def recovered(
    train: Sequence[Sample],
    test: Sequence[Sample],
    facts: Sequence[Facts],
    texts: Sequence[Mapping[str, str]],
    task: str,
) -> dict[str, tuple[float, float]]:
    """Attribute -> share told from texts as written, and from real test texts."""
    written = [Sample(*about, text) for about, text in zip(facts, texts, strict=True)]
    found = {}
    for attribute in [task, *train[0].attributes]:
        known = [_labelled(part, attribute, task) for part in (train, written, test)]
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=100, max_iter=1000))
        model.fit(*known[0])
        found[attribute] = (model.score(*known[1]), model.score(*known[2]))
    return found


def _labelled(samples: Sequence[Sample], attribute: str, task: str) -> tuple[list[str], list[str]]:
    pairs = [(". ".join(s.texts.values()), {**s.attributes, task: s.name}.get(attribute)) for s in samples]
    return [text for text, label in pairs if label], [label for _, label in pairs if label]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", choices=list(TASKS), default="mini-museum")
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--show", type=int, default=0)
    options.add_argument("options", nargs="*")
    args = options.parse_args()
    torch.set_num_threads(1)
    given = dict(option.partition("=")[::2] for option in args.options)
    config = TextConfig.model_validate({name: parse_yaml(value, name) for name, value in given.items()})
    measure(args.data, config, args.count, args.show)


def measure(data: str, config: TextConfig, count: int, show: int) -> None:
    paired = config.pair_weight > 0 and config.adversarial_steps > 0
    train, test = views(data, paired)
    table = AttributeTable.learn(train, TASKS[data][1:])
    generator = TextGenerator(config, table)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        frames = read_frames(train, table, SIDE, folder / "frames", Screen()) if paired else None
        begun = time.process_time()
        generator.fit(train, frames, accelerator=Accelerator(cpu=True), seed=1, folder=folder, screen=Screen())
        fitted = time.process_time()
        losses = folder / "text-losses.jsonl"
        lines = losses.read_text().splitlines() if losses.exists() else []
        matched = pairs(generator, test, folder / "test") if generator.pairing else None
    rng = np.random.default_rng(0)
    known, real = ([s for s in table.samples(part) if s.texts] for part in (train, test))
    facts = [(known[i].name, table.draw(known[i].name, rng)) for i in rng.integers(len(known), size=count)]
    texts = generator.write(facts, seed=1)
    print(f"seconds     fit {fitted - begun:.1f}, write {time.process_time() - fitted:.1f} of one core")
    for line in [*lines[3::4], lines[-1]] if lines else []:
        print("           ", line)
    if lines and train.held_out:
        vocabulary = Vocabulary.learn([s.texts for s in known], table.lexicon, config.vocabulary)
        one, two = references(known, table.samples(train.held_out), vocabulary)
        print(f"perplexity  unigram {one:.1f}, bigram {two:.2f}; {len(vocabulary)} words, {len(known)} texts")
        print(f"forbidden   without mask {forbidden(table, facts, without_mask(generator, facts)):.3f}", end=", ")
        print(f"with {forbidden(table, facts, texts):.3f}")
    if data == "mini-museum":
        print(f"grammar     {grammatical(texts):.3f}, real {grammatical([s.texts for s in real]):.3f}")
    few = [s.texts for s in real][:count]
    print("distinct    texts {:.3f}, real {:.3f};".format(*map(unlike, (texts[: len(few)], few))), end=" ")
    print("distinct-2 {:.3f}, real {:.3f}".format(*map(distinct, (texts[: len(few)], few))))
    if config.mode == "lstm":
        print(f"noise       {noise_counts(generator, real):.3f}")
    if matched is not None:
        print(f"pairs       {matched:.3f}")
    print(
        "copies      whole {:.3f}, fields {:.3f}; real {:.3f}, {:.3f}".format(
            *copies(known, texts), *copies(known, few)
        )
    )
    for attribute, (ours, theirs) in recovered(known, real, facts, texts, table.task).items():
        print(f"recovered   {attribute} {ours:.3f}, real {theirs:.3f}")
    for about, text in list(zip(facts, texts, strict=True))[:show]:
        print(about, text)


if __name__ == "__main__":
    main()
