"""Observers that break a promise each, and one that keeps all."""

import random

from vbg_framework.contracts.hookspecs import hookimpl


class Watches:
    """Keeps every promise."""

    @hookimpl
    def vbg_epoch_finished(self, run, metrics):
        (run.path / "mine.txt").write_text(str(metrics))


class Unmarked:
    def vbg_epoch_finished(self, run):
        pass


class Misspelt:
    @hookimpl
    def vbg_epoch_finish(self, run):
        pass


class Answers:
    @hookimpl
    def vbg_run_started(self, run):
        return run.path


class TakesKeysForGranted:
    @hookimpl
    def vbg_epoch_finished(self, metrics):
        metrics["tasks"]["glaze"]


class Pops:
    @hookimpl
    def vbg_epoch_finished(self, metrics):
        metrics.pop("tasks", None)


class Appends:
    @hookimpl
    def vbg_run_finished(self, run):
        run.append({"kind": "mine", "step": 2})


class Draws:
    @hookimpl
    def vbg_run_started(self):
        random.random()


BROKEN_OBSERVERS = {
    Unmarked: "hooks_are_known",
    Misspelt: "hooks_are_known",
    Answers: "hooks_return_nothing",
    TakesKeysForGranted: "hooks_return_nothing",
    Pops: "observing_changes_nothing",
    Appends: "observing_changes_nothing",
    Draws: "observing_changes_nothing",
}
