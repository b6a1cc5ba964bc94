"""What `vbg doctor` looks at: versions, plugins, devices, the cache, rights and room. Light."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from vbg_framework.base.cached import Kept, cache_folder, everything
from vbg_framework.base.digest import verify
from vbg_framework.base.errors import VBGError
from vbg_framework.base.version import __version__
from vbg_framework.config.plugins import Plugins

ROOM = 2 << 30
"""Bytes of free disk below which something is wrong: prepared data, a model and its checkpoints need as much."""
FILES = 64
"""Open files that a run needs at least."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        about: what it was.
        well: whether it is as it should be.
        told: what was found.
        fix: what to do about it; empty where all is well.
    """

    about: str
    well: bool
    told: str
    fix: str = ""


def examine(plugins: Plugins, folders: Mapping[str, Path]) -> Iterator[Finding]:
    """Look at everything.

    Args:
        plugins: the loaded ones.
        folders: what they are called -> folders that are written to; they may be missing.
    """
    yield Finding("versions", True, f"vbg-framework {__version__}, Python {platform.python_version()}.")
    yield _packages()
    yield from _plugins(plugins)
    yield _devices()
    places = {**folders, "cache": cache_folder(""), "temporary files": Path(tempfile.gettempdir())}
    for name, place in places.items():
        yield _place(name, place)
    yield from _cache()
    yield _files()


def _packages() -> Finding:
    """The packages that the framework declares, against the versions that are installed."""
    wrong = []
    for line in requires("vbg-framework") or []:
        need = Requirement(line)
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            result = version(need.name)
        except PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
            continue
        if not need.specifier.contains(result, prereleases=True):
            wrong.append(f"{need.name} {result} is installed, needed is {need.specifier}")
    fix = "Install them with: pip install --upgrade vbg-framework."
    return Finding(
        "packages", not wrong, f"{'; '.join(wrong) or 'all that are needed are there'}.", fix if wrong else ""
    )


def _plugins(plugins: Plugins) -> Iterator[Finding]:
    failed = [status for status in plugins.statuses if status.status == "failed"]
    loaded = sum(status.status == "loaded" for status in plugins.statuses)
    yield Finding("plugins", not failed, f"{loaded} loaded, {len(failed)} failed.")
    for status in failed:
        fix = f"Update or remove {status.distribution}, or block it: `block: ['{status.full_name}']`."
        yield Finding(f"plugin {status.full_name}", False, f"{status.error}.", fix)
    offers: dict[tuple[str, str], list[str]] = {}
    for component, status in plugins.components():
        offers.setdefault((component.kind, component.name), []).append(status.full_name)
    for (kind, name), owners in offers.items():
        if len(owners) > 1:
            fix = f"Block all but one: `block: ['{owners[0]}']`."
            yield Finding(f"{kind} {name}", False, f"is offered by {' and '.join(owners)}.", fix)
    for name, count in Counter(status.name for status in plugins.statuses).items():
        if count > 1:
            yield Finding(
                f"plugin {name}", True, f"{count} distributions use this name; `distribution:name` tells them."
            )


def _devices() -> Finding:
    """The only thing here that imports torch."""
    try:
        import torch

        names = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
        here = f"torch {torch.__version__}, {os.cpu_count()} cores"
    except Exception as error:  # a broken installation of torch raises whatever it likes
        return Finding(
            "devices", False, f"torch cannot be used ({type(error).__name__}: {error}).", "Install it again."
        )
    message = f"{here}, GPUs: {', '.join(names)}" if names else f"{here}, no GPU"
    driver = not names and Path("/proc/driver/nvidia").exists()
    fix = "There is a driver, but torch sees no GPU: install a build of torch for it." if driver else ""
    return Finding("devices", not driver, f"{message}.", fix)


def _place(name: str, path: Path) -> Finding:
    """Whether a folder, or the one that it would be made in, can be written to, and how much room there is."""
    there = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"x" * 4096)
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(name, False, f"{path} cannot be written to ({error.strerror}).", "Choose another folder.")
    message = f"{path}, {free / 1e9:.1f} GB free."
    return Finding(name, free >= ROOM, message, "" if free >= ROOM else "Make room, for example with: vbg cache clean.")


def _cache() -> Iterator[Finding]:
    kept = everything()
    damaged = [finding for each in kept if (finding := _damage(each))]
    total = sum(each.size for each in kept) / 1e9
    yield Finding("cache content", not damaged, f"{len(kept)} kept, {total:.2f} GB, {len(damaged)} damaged.")
    yield from damaged


def _damage(kept: Kept) -> Finding | None:
    """Compare what is kept with the checksums it was written with; None if it is whole, or not finished yet."""
    if kept.unfinished:
        return None
    try:
        verify(kept.path, kept.about().get("files") or {}, "")
        for file in kept.path.rglob("*.safetensors") if kept.path.is_dir() else ():
            _check_header(file)
    except VBGError as error:
        return Finding(kept.name, False, f"{error.where} {error.what}.", f"Remove {kept.path}; it is made again.")
    return None


def _check_header(file: Path) -> None:
    """Whether a file of weights is as long as it says itself."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "np"):
            return
    except (SafetensorError, OSError) as error:
        raise VBGError(str(file), f"is damaged ({error})") from None


def _files() -> Finding:
    """How many files a process may open."""
    try:
        import resource
    except ImportError:  # not on Windows
        return Finding("open files", True, "not limited here.")
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    few = 0 <= limit < FILES
    message = f"{'no limit' if limit < 0 else f'at most {limit}'} per process."
    return Finding("open files", not few, message, "Raise the limit: ulimit -n 1024." if few else "")
