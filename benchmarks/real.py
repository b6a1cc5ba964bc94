"""`recommended` and others on nine questions of real collections, on the same divisions.

    VBG_DATA=... VBG_WEIGHTS=... OMP_NUM_THREADS=1 uv run python benchmarks/real.py --out real.jsonl
        [--arms reference recommended] [--questions ...] [--divisions 5] [--most 2000] [--seconds 120]

Arms are `reference` (a frozen ViT-Ti and TF-IDF under logistic regression, scaling and strength tuned out of fold,
without metadata), `linear` (the same, not tuned), `autogluon` (AutoGluon Tabular on the features, metadata and folds of
`recommended`, `--seconds` of wall time on one core, in an environment of its own), `multimodal` (AutoGluon Multimodal
on the pictures, texts and metadata themselves; it fine-tunes ViT-Ti and MiniLM, as long), five ways of training the
paper's bidirectional attention (`NETS`: `frozen`, `fine-tuned`, `probed`, `averaged`, `layered`; questions with
pictures only; they read no metadata) and any registered experiment. Every division is drawn anew by whole objects, 70 %
to learn from, 15 % to validate with, 15 % to test. Texts and metadata that hold the answer are left out. Tables without
pictures are cut to `--most` rows. A line per run goes to `--out`; what stands there is not run again. At the end it
prints means per question, and paired differences to the first arm with the corrected interval of Nadeau and Bengio
(2003).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import vbg_framework
from vbg_framework.config.plugins import FILES
from vbg_framework.statistics.interval import t_interval

OVERLAP = 15 / 85
TOLD = {"macro_f1": 3, "log_loss": 3, "ece": 3, "chance": 3, "seconds": 0, "mib": 0}
"""What is printed of an arm, with its decimal places; chance = calibration error if probabilities come true."""
FIGURES = ("macro_f1", "accuracy", "log_loss", "ece", "chance", "n", "seconds", "mib")
SMALL = [
    "encoders.image.frozen=true",
    "train={batch_size: 16, precision: bf16, evaluate_every: 100}",
    "calibration.method=temperature",
]
"""Below an image encoder that is frozen, so that minutes of a processor do."""
PROBED = ["train.steps=1600", "train.probe=0.75"]
"""1,200 steps below a text encoder that stays as it is, then 400 in which it learns."""
NETS = {
    "frozen": ("egyptian-frozen", ["train.steps=1600"]),
    "fine-tuned": ("egyptian-object-type", ["train.steps=600"]),
    "probed": ("egyptian-object-type", PROBED),
    "averaged": ("egyptian-object-type", [*PROBED, "train.average=0.5"]),
    "layered": ("egyptian-object-type", [*PROBED, "train.average=0.5", "train.layer_decay=0.75"]),
}
"""Ways of training the paper's bidirectional attention above ViT-Ti and MiniLM."""
WORDS = "{type: tfidf, ngram_range: [1, 2], sublinear: true}"


@dataclass(frozen=True)
class Question:
    """Args: data, task as the registry names them; text = fields to read; metadata = the same; table = to be cut."""

    data: str
    task: str
    text: Sequence[str]
    metadata: Sequence[str] = ()
    table: str = ""


TABLES = "museum-tables"
EGYPTIAN, PAINTINGS, REIGNS = (
    "egyptian-open-access",
    "aic-european-paintings",
    ("dynasty", "reign", "year_begin", "year_end"),
)
QUESTIONS = {
    "egyptian type": Question(EGYPTIAN, "object_type", ("title_masked", "medium"), REIGNS),
    "egyptian material": Question(EGYPTIAN, "material_class", ("title", "object_name"), REIGNS),
    "egyptian period": Question(EGYPTIAN, "period_class", ("title", "object_name", "medium")),
    "paintings period": Question(PAINTINGS, "period", ("title", "medium")),
    "paintings school": Question(PAINTINGS, "school", ("title", "medium")),
    "ambers and vases": Question("getty-ancient-catalogues", "subclass", ("alt_text",)),
    "met department": Question(
        "met-sample", "department", ("title",), ("object_begin_date", "object_end_date"), "MetObjects-sample.csv"
    ),
    "carnegie class": Question(
        "cmoa-sample", "classification", ("title", "artist"), ("item_width", "item_height", "creation_date_earliest"),
        "cmoa-sample.csv",
    ),
    "tate class": Question(
        "tate-sample", "classification", ("title", "artist", "dateText"), ("year", "width", "height"),
        "tate-artworks-sample.csv",
    ),
}  # fmt: skip


def arm(name: str, asked: Question, limit: int) -> tuple[str, list[str]]:
    """The experiment of an arm and its changes, but for the data."""
    none = ["encoders.image=null", "encoders.image-mobile=null"] if asked.table else []
    if name.startswith(("recommended", "autogluon", "multimodal")):
        fields = ", ".join(asked.metadata)
        sets = none + ([f"encoders.metadata={{type: one_hot, fields: [{fields}]}}"] if fields else [])
        if name == "autogluon":
            return "recommended", [*sets, f"classifier={{type: autogluon_tabular, seconds: {limit}}}"]
        return "recommended" if name == "multimodal" else name, sets
    if name in NETS:
        experiment, sets = NETS[name]
        return experiment, [*SMALL, *sets]
    if name in ("reference", "linear"):
        sets = [*none[:1], "fusion=null"] if asked.table else []
        tuned = ["classifier={type: tuned_logistic}", "train.folds=5"] if name == "reference" else []
        return "egyptian-linear", [*sets, f"encoders.text={WORDS}", *tuned]
    return name, [*none[:1], "fusion=null"] if asked.table else []


def cut(source: Path, most: int, out: Path) -> Path:
    """A table with so many of its rows, always the same ones."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    chosen = sorted(random.Random(0).sample(range(len(rows)), min(most, len(rows))))
    with (out / source.name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *(rows[place] for place in chosen)])
    return out / source.name


def peak() -> float:
    """Most memory since the peak was reset, in MiB. Linux."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def spent() -> float:
    """Processor seconds of this process and of those it has waited for."""
    return sum(os.times()[:4])


def measured(name: str, asked: Question, seed: int, folder: Path, given: argparse.Namespace) -> dict[str, float]:
    """Figures of one run."""
    experiment, sets = arm(name, asked, given.seconds)
    sets = [
        f"data={asked.data}", f"tasks=[{asked.task}]", f"text={{fields: [{', '.join(asked.text)}]}}", *sets,
        f"split={{use: stratified, ratios: [70, 15, 15], seed: {seed}}}", f"seed={seed}", *given.set,
    ]  # fmt: skip
    if asked.table:
        sets.append(f"data.path={cut(Path(os.environ['VBG_DATA']) / TABLES / asked.table, given.most, folder)}")
    if name == "multimodal":
        from autogluon_multimodal import measured as multimodal  # beside this file

        found = multimodal(
            experiment, sets, asked.metadata, folder, seconds=given.seconds, passes=given.passes, seed=seed
        )
        return {key: found[key] for key in FIGURES}
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    begun = spent()
    run = vbg_framework.run(experiment, runs=folder / "runs", sets=sets, accept_loss=True)
    metrics = run.read_json("metrics.json")
    found = metrics["test"][asked.task]
    found["chance"] = metrics["confidence"][asked.task]["ece_by_chance"][0]
    cost = {"seconds": spent() - begun, "mib": peak()}
    return {key: (found | cost)[key] for key in FIGURES}


def table(lines: Sequence[Mapping], arms: Sequence[str]) -> Iterable[str]:
    """Means per question and arm, and paired differences of every arm to the first."""
    known = {(line["question"], line["arm"], line["division"]): line for line in lines}
    yield "| Question | Divisions | " + " | ".join(f"{each}: {', '.join(TOLD)}" for each in arms) + " | Difference |"
    yield "| --- " * (len(arms) + 3) + "|"
    gains: dict[str, list[float]] = {each: [] for each in arms[1:]}
    for name in QUESTIONS:
        divisions = sorted({d for q, _, d in known if q == name and all((name, each, d) in known for each in arms)})
        rows = {each: [known[name, each, d] for d in divisions] for each in arms}
        if divisions:
            told = [_gap(rows[arms[0]], rows[each], gains[each]) for each in arms[1:]]
            yield f"| {name} | {len(divisions)} | {' | '.join(map(_means, rows.values()))} | {'; '.join(told)} |"
    for each, found in gains.items():
        mean, least = 100 * np.mean(found), 100 * min(found, default=0)
        yield f"{each} minus {arms[0]}: mean {mean:+.1f} points over {len(found)} questions, least {least:+.1f}"


def _means(rows: Sequence[Mapping]) -> str:
    return ", ".join(f"{np.mean([row[key] for row in rows]):.{places}f}" for key, places in TOLD.items())


def _gap(first: Sequence[Mapping], rows: Sequence[Mapping], gains: list[float]) -> str:
    """The mean difference in macro-F1, in points, with its interval from two divisions on."""
    gaps = 100 * np.array([row["macro_f1"] - other["macro_f1"] for row, other in zip(rows, first, strict=True)])
    gains.append(float(gaps.mean() / 100))
    if len(gaps) < 2:
        return f"{gaps.mean():+.1f}"
    low, high = t_interval(gaps, overlap=OVERLAP)
    return f"{gaps.mean():+.1f} ({low:+.1f} to {high:+.1f})"


def main() -> None:
    """Read the command line, run what is missing, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arms", nargs="+", default=["reference", "recommended"])
    parser.add_argument("--questions", nargs="+", default=list(QUESTIONS), choices=list(QUESTIONS))
    parser.add_argument("--divisions", type=int, default=5)
    parser.add_argument("--most", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=120, help="AutoGluon's wall time")
    parser.add_argument("--passes", type=int, default=20, help="most passes of AutoGluon Multimodal")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], help="a change of every run")
    given = parser.parse_args()
    folder_of_heads = Path(__file__).parent
    heads = os.pathsep.join(str(folder_of_heads / name) for name in ("tuned_logistic.py", "autogluon_tabular.py"))
    os.environ |= {FILES: heads, "VBG_BLOCK": "vbg_mlflow,vbg_tensorboard"}  # observers cost time
    sys.path.insert(0, str(folder_of_heads))
    lines = [json.loads(line) for line in given.out.read_text().splitlines()] if given.out.exists() else []
    done = {(line["question"], line["arm"], line["division"]) for line in lines}
    for seed in range(1, given.divisions + 1):
        for name in given.questions:
            for each in given.arms:
                if (name, each, seed) in done:
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    found = measured(each, QUESTIONS[name], seed, Path(folder), given)
                lines.append({"question": name, "arm": each, "division": seed, **found})
                print(json.dumps(lines[-1]), flush=True)
                with given.out.open("a") as out:
                    out.write(json.dumps(lines[-1]) + "\n")
    print("\n".join(table(lines, given.arms)))


if __name__ == "__main__":
    main()
