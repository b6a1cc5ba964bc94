"""What a data set promises that fetches its own files: `vbg data download NAME`."""

from __future__ import annotations

import io
from contextlib import chdir, redirect_stderr, redirect_stdout
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.datasets.dataset_subject import DatasetSubject
from vbg_framework.testing.processes.network import refused


def fetches(kind: type[Any]) -> bool:
    """Whether a data set has a `download` of its own."""
    return hasattr(kind, "download")


def called(subject: DatasetSubject, *arguments: str) -> tuple[object, str, list[str]]:
    """(exit status or error, what it said, files it left) of `download`, in an empty folder without network."""
    place, said = subject.folder(), io.StringIO()
    status: object
    with refused(subject.contacts), chdir(place), redirect_stdout(said), redirect_stderr(said):
        try:
            status = subject.kind.download([*arguments])
        except SystemExit as end:
            status = end.code or 0
        except VBGError as error:
            status = error
    return status, said.getvalue(), sorted(path.name for path in place.rglob("*"))


@promise(
    "dataset",
    "`download` explains its arguments, and neither asks nor writes anything for that.",
    cause="arguments that are taken by place, or work that begins before they are read",
    fix="Read `arguments` with argparse, before anything else.",
    applies=fetches,
)
def check_download_explains_itself(subject: DatasetSubject) -> None:
    """Ask for `--help` in an empty folder, with the network refused."""
    before = len(subject.contacts)
    status, said, left = called(subject, "--help")
    expect(status == 0 and said.strip(), "a page of help and exit status 0", f"{status!r}: {said[:60]!r}")
    expect(not left, "no files", ", ".join(left[:3]))
    expect(len(subject.contacts) == before, "no network", ", ".join(subject.contacts[before:][:3]))


@promise(
    "dataset",
    "`download` refuses arguments it does not know, and says so without a traceback.",
    cause="`parse_known_args`, or arguments that are looked through for known ones",
    fix="Use `parse_args`, or raise VBGError.",
    applies=fetches,
)
def check_download_refuses_unknown_arguments(subject: DatasetSubject) -> None:
    """Give one that nobody knows."""
    status, said, left = called(subject, "--no-such-argument-of-any-download", "1")
    fine = isinstance(status, VBGError) or status not in (0, None)
    expect(fine and not left, "an error of usage, and no files", f"{status!r}, {len(left)} files: {said[:60]!r}")
