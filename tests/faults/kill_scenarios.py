"""The commands that are killed: what comes before, the command, how it is gone on with."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from PIL import Image

from vbg_framework.ui.corrections_file import CorrectionsFile
from vbg_framework.ui.decision import CORRECT, Decision

REGISTRY = """version: 1
datasets:
  own: {type: table, path: own.csv, id: id, text: [title], targets: {kind: kind, place: place}}
  abroad: {type: table, path: abroad.csv, id: id, text: [title], targets: {place: place}}
  corrected: {type: table, path: own.csv, id: id, text: [title], targets: {kind: kind}, corrections: corrections.csv}
  museum: {type: mini_museum, objects: 30, views: 1, size: 16, tail: 1}
  photographed: {type: table, path: photos.csv, id: id, text: [title], image: photo, targets: {kind: kind}}
encoders:
  pixels: {type: vit, image_size: 16, patch_size: 8, dim: 16, layers: 1, heads: 2}
  words: {type: tfidf}
  letters: {type: textcnn, vocab_size: 100, max_length: 8, embedding: 4, widths: [2], filters: 4}
classifiers:
  linear: {type: logistic_regression}
  trained: {type: softmax}
augmenters:
  copies: {type: duplicate}
experiments:
  fitted: {data: own, tasks: [kind], encoders: {text: words}, classifier: linear}
  near: {extends: fitted, tasks: [place]}
  far: {extends: near, data: abroad}
  trained:
    data: own
    tasks: [kind]
    encoders: {text: letters}
    classifier: trained
    train: {steps: 4, batch_size: 8, evaluate_every: 2, checkpoint_seconds: 0}
  rounds:
    extends: trained
    augmenter: copies
    loop: {rounds: 2, copies: false, verify: null, count: 6, quality: false}
  gan:
    data: museum
    tasks: [period]
    encoders: {image: pixels}
    classifier: trained
    train: {steps: 4, batch_size: 8, evaluate_every: 2, checkpoint_seconds: 0}
    augmenter:
      {type: gan, seed_grid: 2, width: 16, steps: 6, batch_size: 8, evaluate_every: 3, style: {crops: 20},
       checkpoint_seconds: .000001, feedback: {steps: 2}, text: {mode: none}}
    loop: {rounds: 2, verify: null, count: 4, quality: false}
  diffusion:
    extends: gan
    augmenter:
      {type: diffusion_lora, base: tiny, resolution: 16, steps: 3, batch_size: 4, checkpoint_seconds: .000001,
       tiny: {picture_steps: 3, steps: 3, channels: [16, 16], batch_size: 4}, sampling: {steps: 2}}
    loop: {rounds: 1, verify: null, count: 4, quality: false}
studies:
  arms:
    experiment: fitted
    arms: {more: {augmenter: copies, loop: {copies: false, verify: null, count: 6, quality: false}}}
    controls: [none]
    replicates: 1
  here: {experiment: near, arms: {letters: {encoders: {text: {type: tfidf, analyzer: char_wb}}}}, replicates: 2}
  there: {experiment: far, arms: {letters: {encoders: {text: {type: tfidf, analyzer: char_wb}}}}, replicates: 2}
"""


class Scenario(NamedTuple):
    """A command that writes.

    Args:
        command: it is killed.
        begin: commands that come before it.
        resume: what goes on with it; without one the same command does.
        watched: other processes write for it, so that changes are counted by looking at the folder.
    """

    command: str
    begin: tuple[str, ...] = ()
    resume: str = ""
    watched: bool = False


PREPARED = ("data prepare own",)
FITTED = ("run fitted",)
MUSEUM = ("data prepare museum",)
ARMS = ("data prepare own", "compare arms")
SCENARIOS = {
    "prepare": Scenario("data prepare own"),
    "run": Scenario("run fitted", PREPARED, "run fitted --resume"),
    "train": Scenario("run trained", PREPARED, "run trained --resume"),
    "rounds": Scenario("run rounds", PREPARED, "run rounds --resume"),
    "compare": Scenario("compare arms", PREPARED, "compare arms --resume"),
    "jobs": Scenario("compare arms --jobs 2", PREPARED, "compare arms --resume --jobs 2"),
    "ray": Scenario("compare arms --engine ray --jobs 1", PREPARED, "compare arms --resume", watched=True),
    "only": Scenario("compare arms --resume --only none/01", (*PREPARED, "compare arms --commands")),
    "gan": Scenario("run gan", MUSEUM, "run gan --resume"),
    "diffusion": Scenario("run diffusion", MUSEUM, "run diffusion --resume"),
    "fit": Scenario("augment gan --out made", MUSEUM),
    "pictures": Scenario("data prepare museum"),
    "sheets": Scenario("data show museum --out sheets", MUSEUM),
    "download": Scenario("data download photographed --contact me@example.org --private 127.0.0.1 --rate 5"),
    "corrected": Scenario("data prepare corrected"),
    "doubt": Scenario("doubt fitted --out doubts --to doubts.csv", FITTED),
    "explain": Scenario("explain fitted 1 --out explained", FITTED),
    "augment": Scenario("augment rounds --out made", PREPARED),
    "predict": Scenario("predict fitted new.csv --out said.csv", FITTED),
    "workbook": Scenario("predict fitted new.csv --out said.xlsx", FITTED),
    "evaluate": Scenario("evaluate fitted own.csv --out evaluated", FITTED),
    "export": Scenario("export fitted --to folder --out bundle", FITTED),
    "hub": Scenario("export fitted --to hub --out repository", FITTED),
    "onnx": Scenario("export trained --to onnx --out graph", (*PREPARED, "run trained")),
    "promote": Scenario("promote fitted", FITTED),
    "report": Scenario("report fitted", FITTED),
    "verdict": Scenario("report arms", ARMS),
    "supplement": Scenario("report arms --supplement extra", ARMS),
    "pool": Scenario("pool here there --out pooled.md", ("compare here", "compare there")),
    "two": Scenario("compare-runs fitted trained --out two.md", (*PREPARED, "run fitted", "run trained")),
    "similar": Scenario("similar fitted 1 --out alike", FITTED),
    "clean": Scenario("cache clean --yes", PREPARED),
    "card": Scenario("data check own --out card", PREPARED),
    "shared": Scenario("data export own --to parquet --out shared", PREPARED),
    "init": Scenario("init own.csv --yes --out begun"),
    "zip": Scenario("init pictures.zip --yes --out begun"),
    "plugin": Scenario("plugin new vbg-ink-wash --kind encoder"),
    "decide": Scenario("decide"),
}


def decide() -> int:
    """What `vbg ui` writes for decisions; given again, only those are made that the ledger does not have."""
    for name in ("corrections.csv", "decided.csv"):  # the first has a line that was written by hand
        file = CorrectionsFile(Path(name), "own")
        known = {each.id for each in file.ledger.decisions() if each.kind == CORRECT}
        for number in sorted({"2", "3"} - known):
            file.add(Decision(CORRECT, number, "kind", "jar", "bowl", "me", "seen", when=f"2026-01-0{number}"))
    return 0


ACTIONS: dict[str, Callable[[], int]] = {"decide": decide}
"""What a page of `vbg ui` does, under the name of a command."""


def furnish(place: Path, port: int = 9) -> None:
    """Write the table, the table to predict, pictures and the registry.

    Args:
        port: of the server whose addresses stand in `photos.csv`, on this machine.
    """
    place.mkdir(parents=True)
    kinds = ("jar", "bowl", "ewer")
    rows = [f"{n},a {('tall', 'low', 'spouted')[n % 3]} piece {n % 5},{kinds[n % 3]},{'ab'[n % 2]}" for n in range(45)]
    (place / "own.csv").write_text("\n".join(["id,title,kind,place", *rows]) + "\n")
    (place / "abroad.csv").write_text("\n".join(["id,title,kind,place", *reversed(rows[:40])]) + "\n")
    (place / "new.csv").write_text("\n".join(["id,title", *(",".join(row.split(",")[:2]) for row in rows)]) + "\n")
    (place / "corrections.csv").write_text("id,task,value,who,when,why\n1,kind,ewer,me,2026-01-01,seen\n")
    photos = [f"{n},jar {n},{kinds[n % 3]},http://127.0.0.1:{port}/{n}.png" for n in range(4)]
    (place / "photos.csv").write_text("\n".join(["id,title,kind,photo", *photos]) + "\n")
    with ZipFile(place / "pictures.zip", "w") as archive:
        for number in range(6):
            archive.writestr(f"{kinds[number % 3]}/{number}.png", picture())
    (place / "registry.yaml").write_text(REGISTRY)


def picture() -> bytes:
    """A small PNG."""
    held = BytesIO()
    Image.new("RGB", (12, 12), (90, 40, 200)).save(held, "PNG")
    return held.getvalue()
