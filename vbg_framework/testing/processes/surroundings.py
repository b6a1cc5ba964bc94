"""What every component promises about the process, the files and the options around it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.processes.life import temporary_places, within
from vbg_framework.testing.processes.randomness import reseeded
from vbg_framework.testing.subject import Subject


@promise(
    "all",
    "A component leaves the process as it was: working folder, import path, environment, settings of torch and NumPy.",
    cause="`os.chdir`, `torch.set_default_dtype`, `torch.set_grad_enabled`, `os.environ[...] = ...`",
    fix="Pass the setting on as an argument, or set it in a `with` block that gives it back.",
)
def check_process_stays_as_it_was(subject: Subject) -> None:
    """Compare the settings before and after all that a run does with it."""
    changed = subject.life.changed
    message = ", ".join(f"{name} is {str(value)[:60]}" for name, value in changed.items())
    expect(not changed, "every setting as it was", message)


@promise(
    "all",
    "A component writes only into the folder it is given, and into temporary folders and caches.",
    cause="a path relative to the working folder, or a file beside the module",
    fix="Join every path with `assets` or `folder`.",
)
def check_files_stay_in_their_folder(subject: Subject) -> None:
    """Watch what it opens for writing."""
    allowed = temporary_places()
    strays = [path for path in subject.life.written if not within(path, allowed) and "__pycache__" not in path.parts]
    expect(not strays, "files in the folders it was given", names(strays))


@promise(
    "all",
    "Options stay as they were: they are stored with the run and decide what is computed anew.",
    cause="a list or mapping of the config changed in place",
    fix='Work on copies: `list(config.sizes)`, `{**config.weights, "x": 1}`.',
)
def check_options_stay_as_they_were(subject: Subject) -> None:
    """Compare them before and after."""
    _ = subject.life
    before = subject.component.config(**subject.options).model_dump_json()
    after = subject.config.model_dump_json()
    expect(after == before, f"the options {before}", after)


@promise(
    "all",
    "Nothing it does seeds a global random generator: what others draw would repeat itself.",
    cause="`torch.manual_seed(seed)`, `random.seed(seed)` or `np.random.seed(seed)`",
    fix="Draw from a local generator (`torch.Generator`, `np.random.default_rng`), and pass `random_state=seed` on.",
)
def check_global_seeds_stay_untouched(subject: Subject) -> None:
    """Do everything but fit an augmenter, from two states of the generators; they must not end in the same."""
    for name, act in subject.acts().items():
        result = reseeded(act)
        expect(not result, f"the generators not to be seeded in {name}", f"{' and '.join(result)} seeded")


def names(paths: Iterable[Path]) -> str:
    """The first three of several paths."""
    results = list(dict.fromkeys(map(str, paths)))
    return ", ".join(results[:3]) + (f" and {len(results) - 3} more" if len(results) > 3 else "")
