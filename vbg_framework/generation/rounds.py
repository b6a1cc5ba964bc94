"""The generation-feedback-optimisation loop: each round generates, trains a classifier, and learns where it fails."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.generation.appraisal import appraise
from vbg_framework.generation.feedback import learn_from
from vbg_framework.generation.fitted import WORK
from vbg_framework.generation.round_pools import RoundPools
from vbg_framework.generation.round_reports import RoundReports
from vbg_framework.generation.spread import diversity, real_spread
from vbg_framework.generation.supply import Recall, open_supply
from vbg_framework.generation.verification.opening import verified
from vbg_framework.learning.evaluation.metrics import evaluate, mean_over_tasks, open_metrics, selecting
from vbg_framework.learning.features.fit import learns_soft
from vbg_framework.learning.job import Job
from vbg_framework.learning.mixed import Mixed, Soft, Swap
from vbg_framework.learning.trained import Material, Trained, train_classifier

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
        pools: the generated records.
        reports: one per round.
    """

    def __init__(self, job: Job, prepared: Prepared, material: Material) -> None:
        self.job, self.prepared, self.material = job, prepared, material
        self.loop = job.resolved.experiment.loop
        self.metrics, self.metric = open_metrics(job.resolved), selecting(job.resolved)
        supply = open_supply(job.resolved, prepared, material.real, job.screen)
        self.supply = self.opened = verified(supply) if job.state.is_main_process else supply
        self.pools = RoundPools(job.run.path / "synthetic", self.loop.keep == "accumulate")
        self.reports = RoundReports(job, self.metrics[self.metric].higher_is_better)

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
        used = self.reports.used()
        if self.job.state.is_main_process:
            self.pools.write_samples(used)
            self._keep_work()
        return self._material(self.material.real, self.material.validation, used)

    def keep(self, train: Items | Mixed) -> None:
        """Leave in `samples.jsonl` what the kept classifier trained on."""
        if self.reports and self.job.state.is_main_process:
            self.pools.write_samples(self.reports.used(), set(train.made.ids) if isinstance(train, Mixed) else set())

    def appraise(self) -> None:
        """Measure the generated records and write `quality.json`; on the main process only."""
        made = self.pools.samples() if self.loop.quality else []
        if made:
            result = appraise(self.opened, made, self.job.run.path / "model" / "assets", self.pools.folder)
            self.job.run.write_json("quality.json", result)

    def summary(self) -> dict[str, Any]:
        """What `metrics.json` says of the generated records."""
        used = self.reports.used() if self.reports else 0
        return {
            "task": self.supply.task,
            "rounds": len(self.reports),
            "used_round": used,
            "records": len(self.pools.samples()) if used else 0,
            **self.supply.fitted.cost.named("fit"),
            **self.pools.cost(len(self.reports)),
            "training_records": self.opened.inner.view.fingerprint,
        }

    def _rounds(self) -> None:
        recall: Recall = {}
        real = real_spread(self.supply.inner.view)
        for number in range(1, self.loop.rounds + 1):
            seconds = self._generate(number, recall)
            pool = self.pools.pool(number)
            report: dict[str, Any] = {
                "round": number,
                **pool.tally(),
                "diversity": diversity(pool.spread(), real),
                "recall": None,
                "score": None,
                "seconds": seconds,
            }
            if number < self.loop.rounds:
                trained, began = self._train(number), time.perf_counter()
                report |= self._measured(trained)
                seconds["train"] = round(trained.progress.seconds + time.perf_counter() - began, 2)
                recall = report["recall"]
            self.reports.tell(report)
            if self.reports.stale():
                break
            if number < self.loop.rounds:
                self.supply = learn_from(self.job, self.prepared, self.material.real, self.supply, pool, report)

    def _generate(self, number: int, recall: Recall) -> dict[str, float | None]:
        """Fill the pool of a round, on the main process; return the seconds that making it took, here or elsewhere."""
        state = self.job.state
        if state.is_main_process:
            name = f"{self.reports.name(number)}: generating"
            self.supply.obtain(self.pools.pool(number), number, self.supply.quota(recall), name)
        state.wait_for_everyone()
        cost = self.pools.pool(number).cost()
        return {"generate": round(cost.seconds, 2) if cost else None}

    def _train(self, number: int) -> Trained:
        """The classifier of a round, which trains on the part of the training split that the augmenter knows."""
        run = RunFolder(self.job.run.path / "rounds" / str(number))
        run.path.mkdir(parents=True, exist_ok=True)
        material = self._material(self.supply.inner.learn, self.supply.inner.measure, number)
        name = f"{self.reports.name(number)}: training"
        return train_classifier(self.job, run, material, lambda *_, **__: None, name)

    def _material(self, real: Items, validation: Sequence[Any], number: int) -> Material:
        """What a classifier trains with: real items, and the generated records of a round."""
        made = RecordItems(
            self.pools.records(number),
            tasks=real.tasks,
            modalities=real.modalities,
            text=real.text,
            kinds=real.prepared.kinds,
            labels=self.job.resolved.experiment.inputs.labels,
        )
        if not len(made):
            return replace(self.material, train=real, validation=validation)
        mix = self.job.resolved.experiment.mix
        train = Mixed(real, made, mix)
        transforms = list(self.material.transforms)
        if learns_soft(self.job.resolved, made.records):
            transforms.insert(0, Soft({each.id: each.soft for each in made.records}, real.tasks))
        if mix.probability is not None:
            transforms.insert(0, Swap(made, self.supply.task, mix.probability))
        return replace(
            self.material, train=train, validation=validation, tasks=train.tasks(real.tasks), transforms=transforms
        )

    def _measured(self, trained: Trained) -> dict[str, Any]:
        """Recall per class and score on the inner validation part."""
        result = trained.ask(self.supply.inner.measure)
        scores = evaluate(trained.collate.tasks, result.probabilities, result.targets, self.metrics)
        per_class = scores[self.supply.task]["per_class"]
        recall = {name: per_class.get(name, {}).get("recall") for name in self.supply.real}
        return {"recall": recall, "score": mean_over_tasks(scores, self.metric)}

    def _keep_work(self) -> None:
        """Copy what the augmenter showed of its fitting into the run, for the report."""
        source, target = self.supply.fitted.folder / WORK, self.job.run.path / "augmenter"
        (target / "grids").mkdir(parents=True, exist_ok=True)
        for path in [*source.glob("*.jsonl"), *source.glob("grids/*.png")]:
            shutil.copyfile(path, target / path.relative_to(source))
