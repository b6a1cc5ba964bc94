import sys

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.cli.candidates import inside, installed
from vbg_framework.config.plugins import load_plugins

pytestmark = pytest.mark.usefixtures("every_plugin")
DECLARES = """
from vbg_framework import Component, Config, hookimpl

class Options(Config):
    pass

@hookimpl
def vbg_components():
    return [Component(kind, "faint", Options, "vbg_faint:Options") for kind in ("encoder", "fusion")]
"""
PROJECT = '[project]\nname = "vbg-faint"\n[project.entry-points.vbg_framework]\nvbg_faint = "vbg_faint"\n'


@pytest.fixture(autouse=True)
def _forget_the_module(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    sys.modules.pop("vbg_faint", None)
    yield
    sys.modules.pop("vbg_faint", None)


def named(components):
    return [f"{component.kind} {component.name}" for component in components]


@pytest.mark.parametrize("place", [".", "src"])
def test_a_folder_that_is_not_installed_offers_what_its_pyproject_says(tmp_path, place):
    (tmp_path / place).mkdir(exist_ok=True)
    (tmp_path / place / "vbg_faint.py").write_text(DECLARES)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    assert named(inside(tmp_path)) == ["encoder faint", "fusion faint"]


@pytest.mark.parametrize(
    ("project", "code", "message"),
    [
        ("[project", DECLARES, "cannot be read"),
        ('[project]\nname = "vbg-faint"\n', DECLARES, "names no plugin"),
        (PROJECT, "raise RuntimeError('boom')", r"plugin vbg_faint does not load \(RuntimeError: boom\)"),
        (PROJECT, "", "declares no component"),
        (PROJECT.replace('"vbg_faint"\n', '"vbg_fain"\n'), DECLARES, "does not load .*No module named 'vbg_fain'"),
    ],
)
def test_a_folder_without_a_working_plugin_says_what_is_wrong(tmp_path, project, code, message):
    (tmp_path / "vbg_faint.py").write_text(code)
    (tmp_path / "pyproject.toml").write_text(project)
    with pytest.raises(VBGError, match=message):
        inside(tmp_path)


@pytest.mark.parametrize("name", ["vbg_vit", "vit"])
def test_a_plugin_and_a_component_are_found_by_name(name):
    assert named(installed(name, load_plugins())) == ["encoder vit"]


def test_a_distribution_stands_for_all_its_plugins():
    assert {"encoder vit", "fusion bidirectional_attention"} < set(named(installed("vbg-framework", load_plugins())))


def test_one_name_may_mean_components_of_several_kinds(install):
    assert named(installed("faint", load_plugins(found=install("vbg_faint", DECLARES)))) == [
        "encoder faint",
        "fusion faint",
    ]


def test_an_unknown_name_is_answered_with_a_guess():
    with pytest.raises(VBGError, match="no plugin or component 'vti' is installed.* Did you mean 'vit'"):
        installed("vti", load_plugins())


def test_a_blocked_plugin_is_named_and_of_one_that_only_observes_the_hooks_are_checked():
    with pytest.raises(VBGError, match="plugin vbg_vit is blocked"):
        installed("vbg_vit", load_plugins(["vbg_vit"]))
    (hooks,) = installed("vbg_mlflow", load_plugins())
    assert (hooks.kind, hooks.name) == ("observer", "vbg_mlflow")
