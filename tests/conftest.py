"""What several test files need: third-party plugins made on the fly, a private cache, the folder of real data."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tiny import SHARED, TINY

os.environ["OMP_NUM_THREADS"] = "1"  # tiny models; two threads only wait for each other
os.environ["HF_HUB_OFFLINE"] = "1"  # tests never reach a hub
os.environ["VBG_BLOCK"] = "vbg_mlflow"  # where MLflow is installed, every run would wait for its database
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every process a test starts compiles torch anew
sys.dont_write_bytecode = False
os.fsync = lambda file: None  # what tests write need not outlive a crash of the machine; a run waits 200 times
BUSY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}  # other work on the machine fails no test
settings.register_profile("same", derandomize=True, **BUSY)
settings.register_profile("search", **BUSY)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow files, or the last of them would run alone; skip what needs a GPU where there is none."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    needy = [item for item in items if item.get_closest_marker("gpu")]
    if needy and not _cuda():
        for item in needy:
            item.add_marker(pytest.mark.skip(reason="needs a GPU"))


def _cuda() -> bool:
    import torch

    return torch.cuda.is_available()


@pytest.fixture(scope="session", autouse=True)
def _private_cache(tmp_path_factory: pytest.TempPathFactory):
    """Prepared data of tests stays out of the user's cache, and is shared between tests."""
    os.environ["VBG_CACHE"] = str(tmp_path_factory.mktemp("cache"))


def _numerics() -> tuple:
    torch = sys.modules.get("torch")
    return os.environ["OMP_NUM_THREADS"], torch.get_num_threads() if torch else 1


@pytest.fixture(autouse=True)
def _numerics_stay() -> Iterator[None]:
    """A test that leaves other numbers of threads changes the last digits of those after it in its process."""
    yield
    assert _numerics() == ("1", 1), "the test leaves another number of threads"


@pytest.fixture
def every_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the one that tests leave out."""
    monkeypatch.delenv("VBG_BLOCK")


@pytest.fixture
def shared() -> Path:
    """Folder with real museum data and weights; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder with real museum data is absent (set VBG_SHARED)")
    return SHARED


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable]:
    """Install a plugin distribution into a folder and return its entry points, as an installer would.

    Another version replaces the one before.
    """
    from vbg_framework.config.plugins import installed

    monkeypatch.syspath_prepend(str(tmp_path))

    def make(
        name: str,
        code: str,
        *,
        distribution: str | None = None,
        requires: str = "",
        point: str | None = None,
        version: str = "1.2",
    ):
        installed.cache_clear()
        distribution = distribution or name.replace("_", "-")
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(code))
        for old in tmp_path.glob(f"{distribution.replace('-', '_')}-*.dist-info"):
            shutil.rmtree(old)
        info = tmp_path / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        need = f"Requires-Dist: {requires}\n" if requires else ""
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n{need}")
        (info / "entry_points.txt").write_text(f"[vbg_framework]\n{point or name} = {name}\n")
        sys.modules.pop(name, None)
        found = importlib.metadata.distributions(path=[str(tmp_path)])
        return [p for dist in found if dist.name == distribution for p in dist.entry_points]

    yield make
    installed.cache_clear()


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory):
    """A finished run of the experiment `tiny`, made once."""
    import vbg_framework

    return vbg_framework.run("tiny", registry=TINY, runs=tmp_path_factory.mktemp("runs"))


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A working folder of modules that give themselves away when a process that is started there imports one."""
    for name in ("torch", "json", "vbg_framework", "numpy", "multiprocessing", "accelerate", "ray", "sitecustomize"):
        told = f"open({str(tmp_path / 'sprung')!r}, 'a').write(__name__)"
        (tmp_path / f"{name}.py").write_text(f"{told}\nraise SystemExit(7)\n")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not (tmp_path / "sprung").exists()
