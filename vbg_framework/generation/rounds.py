"""The generation-feedback-optimisation loop: each round generates, trains a classifier, and learns where it fails."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

from vbg_framework.base.jsonl import read_lines, write_lines
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.data.loading.items import Items, RecordItems
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.generation.appraisal import appraise
from vbg_framework.generation.feedback import learn_from
from vbg_framework.generation.fitted import WORK
from vbg_framework.generation.pool import Pool, records
from vbg_framework.generation.spread import diversity, real_spread
from vbg_framework.generation.supply import Recall, open_supply
from vbg_framework.generation.verification.opening import verified
from vbg_framework.learning.evaluation.metrics import evaluate, mean_over_tasks, open_metrics, selecting
from vbg_framework.learning.job import Job
from vbg_framework.learning.mixed import Mixed, Swap
from vbg_framework.learning.trained import Material, Trained, train_classifier

SAMPLES = "samples.jsonl"
"""The records the last classifier trains on, one per line, each with its origin."""
JUDGE = "judge.json"
"""What the judge of generated records can tell: see `verification.verifier.Verifier.about`."""


class Rounds:
    """The rounds of one run. Going through them again goes on where they were interrupted.

    Args:
        job: the run.
        prepared: its data.
        material: what the classifier would train with if there were real records only.

    Attributes:
        supply: the augmenter and what it is asked for, as it is in the newest round.
        opened: the same before the first round.
        reports: one per round, as `rounds.json` holds them.
    """

    def __init__(self, job: Job, prepared: Prepared, material: Material) -> None:
        experiment = job.resolved.experiment
        self.job, self.prepared, self.material, self.items = job, prepared, material, material.real
        self.loop, self.mix = experiment.loop, experiment.mix
        self.metrics, self.metric = open_metrics(job.resolved), selecting(job.resolved)
        self.folder = job.run.path / "synthetic"
        supply = open_supply(job.resolved, prepared, self.items, job.screen)
        self.supply = verified(supply) if job.state.is_main_process else supply
        self.task = self.supply.task
        self.opened = self.supply
        self.reports: list[dict[str, Any]] = []

    def run(self) -> Material:
        """Go through the rounds; return what the last classifier trains with."""
        augmenter = self.supply.fitted.augmenter
        self.job.screen.say(self.supply.line())
        transform = augmenter.transform(self.supply.inner.view)
        if transform is not None:
            self.material = replace(self.material, transforms=[transform])
        if not augmenter.generates:
            return self.material
        if self.supply.verifier is not None:
            self.job.run.write_json(JUDGE, self.supply.verifier.about())
        self._rounds()
        used = self._used()
        if self.job.state.is_main_process:
            write_lines(self.folder / SAMPLES, self.entries(used))
            self._keep_work()
        return self._material(self.items, self.material.validation, used)

    def appraise(self) -> None:
        """Measure the generated records and write `quality.json`; on the main process only."""
        entries = read_lines(self.folder / SAMPLES)
        if self.loop.quality and entries:
            made = records(self.folder, entries)
            found = appraise(self.opened, made, self.job.run.path / "model" / "assets", self.folder)
            self.job.run.write_json("quality.json", found)

    def summary(self) -> dict[str, Any]:
        """What `metrics.json` says of the generated records."""
        used = self._used() if self.reports else 0
        return {
            "task": self.task,
            "rounds": len(self.reports),
            "used_round": used,
            "records": len(self.entries(used)) if used else 0,
            **self.supply.fitted.cost.named("fit"),
            **self._generating(),
            "training_records": self.opened.inner.view.fingerprint,
        }

    def _generating(self) -> dict[str, Any]:
        """What generating took, all rounds together, and per 1,000 records kept; empty if nobody kept account."""
        pools = [self._pool(report["round"]) for report in self.reports]
        known = [cost for pool in pools if (cost := pool.cost())]
        if not known or len(known) < len(pools):
            return {}
        total, kept = reduce(add, known), sum(len(pool.kept()) for pool in pools)
        return {**total.named("generate"), "seconds_per_1000": round(1000 * total.seconds / kept, 3) if kept else None}

    def entries(self, number: int) -> list[dict[str, Any]]:
        """The generated records that the classifier of a round trains on, as `samples.jsonl` holds them."""
        first = 1 if self.loop.keep == "accumulate" else number
        return [
            {**entry, "image": entry["image"] and f"round-{turn}/{entry['image']}"}
            for turn in range(first, number + 1)
            for entry in self._pool(turn).kept()
        ]

    def _rounds(self) -> None:
        recall: Recall = {}
        real = real_spread(self.supply.inner.view)
        for number in range(1, self.loop.rounds + 1):
            seconds = self._generate(number, recall)
            report: dict[str, Any] = {
                "round": number,
                **self._pool(number).tally(),
                "diversity": diversity(self._pool(number).spread(), real),
                "recall": None,
                "score": None,
                "seconds": seconds,
            }
            if number < self.loop.rounds:
                trained, began = self._train(number), time.perf_counter()
                report |= self._measured(trained)
                seconds["train"] = round(trained.progress.seconds + time.perf_counter() - began, 2)
                recall = report["recall"]
            self._tell(report)
            if self._stale():
                break
            if number < self.loop.rounds:
                pool = self._pool(number)
                self.supply = learn_from(self.job, self.prepared, self.items, self.supply, pool, report)

    def _generate(self, number: int, recall: Recall) -> dict[str, float | None]:
        """Fill the pool of a round, on the main process; return the seconds that making it took, here or elsewhere."""
        state = self.job.state
        if state.is_main_process:
            name = f"{self._name(number)}: generating"
            self.supply.obtain(self._pool(number), number, self.supply.quota(recall), name)
        state.wait_for_everyone()
        cost = self._pool(number).cost()
        return {"generate": round(cost.seconds, 2) if cost else None}

    def _train(self, number: int) -> Trained:
        """The classifier of a round, which trains on the part of the training split that the augmenter knows."""
        run = RunFolder(self.job.run.path / "rounds" / str(number))
        run.path.mkdir(parents=True, exist_ok=True)
        material = self._material(self.supply.inner.learn, self.supply.inner.measure, number)
        return train_classifier(self.job, run, material, lambda *_, **__: None, f"{self._name(number)}: training")

    def _material(self, real: Items, validation: Sequence, number: int) -> Material:
        made = RecordItems(
            records(self.folder, self.entries(number)), tasks=real.tasks, modalities=real.modalities, text=real.text
        )
        if not len(made):
            return replace(self.material, train=real, validation=validation)
        train = Mixed(real, made, self.mix)
        transforms = list(self.material.transforms)
        if self.mix.probability is not None:
            transforms.insert(0, Swap(made, self.task, self.mix.probability))
        return replace(
            self.material, train=train, validation=validation, tasks=train.tasks(real.tasks), transforms=transforms
        )

    def _measured(self, trained: Trained) -> dict[str, Any]:
        """Recall per class and score on the inner validation part."""
        found = trained.ask(self.supply.inner.measure)
        scores = evaluate(trained.collate.tasks, found.probabilities, found.targets, self.metrics)
        per_class = scores[self.task]["per_class"]
        recall = {name: per_class.get(name, {}).get("recall") for name in self.supply.real}
        return {"recall": recall, "score": mean_over_tasks(scores, self.metric)}

    def _tell(self, report: dict[str, Any]) -> None:
        """Write and announce the report of a round, unless it was announced before an interruption."""
        known = self.job.run.path / "rounds.json"
        earlier = self.job.run.read_json("rounds.json") if known.exists() else []
        if len(earlier) >= report["round"]:
            self.reports.append(earlier[report["round"] - 1])
            return
        self.reports.append(report)
        self.job.screen.say(f"{self._name(report['round'])}: {_line(report)}.")
        if self.job.state.is_main_process:
            self.job.run.write_json("rounds.json", self.reports)
        self.job.notify("vbg_round_finished", run=self.job.run, round=report["round"], report=report)

    def _used(self) -> int:
        """The round whose records the last classifier trains on."""
        return self._best()["round"] if self._stale() else self.loop.rounds

    def _scored(self) -> list[dict[str, Any]]:
        return [report for report in self.reports if report["score"] is not None]

    def _best(self) -> dict[str, Any]:
        """The first of the rounds with the best score."""
        sign = 1 if self.metrics[self.metric].higher_is_better else -1
        return max(self._scored(), key=lambda report: sign * report["score"])

    def _stale(self) -> bool:
        """Whether the last rounds brought nothing better."""
        patience, scored = self.loop.patience, self._scored()
        return patience is not None and bool(scored) and scored[-1]["round"] - self._best()["round"] >= patience

    def _name(self, number: int) -> str:
        return f"Round {number}/{self.loop.rounds}"

    def _pool(self, number: int) -> Pool:
        return Pool(self.folder / f"round-{number}", f"SYN_{number}_")

    def _keep_work(self) -> None:
        """Copy what the augmenter showed of its fitting into the run, for the report."""
        source, target = self.supply.fitted.folder / WORK, self.job.run.path / "augmenter"
        (target / "grids").mkdir(parents=True, exist_ok=True)
        for path in [*source.glob("*.jsonl"), *source.glob("grids/*.png")]:
            shutil.copyfile(path, target / path.relative_to(source))


def _line(report: Mapping[str, Any]) -> str:
    asked, kept = sum(report["asked"].values()), sum(report["kept"].values())
    dropped = {reason: sum(counts.values()) for reason, counts in report["dropped"].items()}
    lost = ", ".join(f"{reason} {count}" for reason, count in dropped.items())
    score = "" if report["score"] is None else f"; score on the inner validation part {report['score']:.3f}"
    lost = f" (dropped: {lost})" if lost else ""
    same = report.get("diversity")
    varied = f"; pictures of a class differ {same['ratio']:.0%} as much as real ones" if same else ""
    return f"asked for {asked}, kept {kept}{lost}{varied}{score}"
