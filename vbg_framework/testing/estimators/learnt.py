"""Promises of everything that is fitted and saved: estimators and augmenters."""

from __future__ import annotations

import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.processes.randomness import watched
from vbg_framework.testing.subject import Subject

PICKLES = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".ckpt", ".dill")
NPY = b"\x93NUMPY"


class LearntSubject(Subject, ABC):
    """A component that is fitted, saved and loaded."""

    @abstractmethod
    def fit(self, seed: int = 0) -> Any:
        """A new instance, fitted."""

    @property
    @abstractmethod
    def fitted(self) -> Any:
        """An instance fitted once. Never changed by a check."""

    @abstractmethod
    def answers(self, instance: Any) -> list[Any]:
        """What a fitted instance says, in a form that can be compared."""

    def live(self) -> None:
        """Fit it, ask it, save it."""
        self.answers(self.fitted)
        self.saved()

    def keep(self, folder: Path) -> Any:
        """What it saves."""
        self.fitted.save(folder)
        return self.answers(self.fitted)

    def recall(self, folder: Path) -> Any:
        """Load it into a fresh instance."""
        other = self.build()
        other.load(folder)
        return self.answers(other)

    def anew(self) -> Any:
        """Fit it."""
        return self.answers(self.fitted if "fitted" in self.__dict__ else self.fit())

    def saved(self) -> Path:
        """The folder it was saved to."""
        folder = self.folder()
        self.fitted.save(folder)
        return folder


def saves(kind: type[Any]) -> bool:
    """Whether it learns something to be saved."""
    return getattr(kind, "save", None) is not Augmenter.save


@promise(
    "learnt",
    "Fitting twice with the same seed gives the same answers, whatever the global random state.",
    cause="a library's own random state (`random_state=None`), a set, or the clock",
    fix="Pass `seed` on, or make local generators from it.",
)
def check_same_seed_same_answers(subject: LearntSubject) -> None:
    """Fit and ask twice, with the global generators in different states."""
    said = [subject.answers(subject.fitted)]
    with watched(2):
        said.append(subject.answers(subject.fit()))
    expect(said[0] == said[1], "the same answers", "others")


@promise(
    "learnt",
    "What was saved gives the same answers after loading.",
    cause="something learnt that `save` leaves out",
    fix="Write down every attribute that `fit` sets.",
    applies=saves,
)
def check_loading_gives_the_same_answers(subject: LearntSubject) -> None:
    """Load it into a fresh instance."""
    other = subject.build()
    other.load(subject.saved())
    same = subject.answers(subject.fitted) == subject.answers(other)
    expect(same, "the same answers after loading", "others")


@promise(
    "learnt",
    "Saving writes no pickle: opening one can run anybody's code.",
    cause="`pickle`, `joblib`, `torch.save`, or `np.save` of objects",
    fix="Write numbers to safetensors and the rest to JSON; many libraries have a format of their own.",
    applies=saves,
)
def check_saving_writes_no_pickle(subject: LearntSubject) -> None:
    """Look at the names and the first bytes of all files, also inside ZIP archives."""
    bad = pickles(subject.saved())
    expect(not bad, "no pickle", ", ".join(bad))


def pickles(folder: Path) -> list[str]:
    """The files below a folder that are pickles or hold one."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and _is_pickle(path))


def _is_pickle(path: Path) -> bool:
    return path.suffix.lower() in PICKLES or any(map(_begins_pickle, _contents(path)))


def _contents(path: Path) -> Iterator[bytes]:
    """The first bytes of a file, and of everything in a ZIP archive (`torch.save`, `np.savez`)."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file.read(256)
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                yield member.read(256)


def _begins_pickle(content: bytes) -> bool:
    """A pickle of protocol 2 to 5 begins so; an .npy file of objects says `O` as its type and holds one."""
    protocol = len(content) > 2 and content[0] == 0x80 and 2 <= content[1] <= 5
    return protocol or (content.startswith(NPY) and b"'|O'" in content)
