"""Controls of studies that break one promise each."""

from mutants import breaks

from vbg_framework import Control


class Longer(Control):
    def changes(self, base):
        return {"train": {"steps": 2000}}


@breaks("changes_are_valid", "unknown key 'step'")
class Misspelt(Control):
    def changes(self, base):
        return {"train": {"step": 2000}}


@breaks("changes_are_valid", "at least 1 item")
class WithoutPictures(Control):
    def changes(self, base):
        return {"encoders": {"image": None}, "fusion": None}


@breaks("changes_are_plain_and_repeatable", "a changed one")
class InPlace(Control):
    def changes(self, base):
        base["seed"] = 7
        return {}


@breaks("changes_are_plain_and_repeatable", "2")
class CountsUp(Control):
    calls = 0

    def changes(self, base):
        CountsUp.calls += 1
        return {"seed": CountsUp.calls}
