"""`vbg components NAME`."""

import json
import subprocess
import sys

import pytest

from vbg_framework.cli import main
from vbg_framework.cli.detail import docstring


def shown(capsys, *words):
    assert main(["components", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["gan", "augmenter:gan", "vbg_gan:gan", "vbg-framework:vbg_gan:gan"])
def test_a_component_is_shown_in_full_by_any_of_its_names(capsys, name):
    text = shown(capsys, name)
    assert text.startswith("augmenter gan\n")
    assert "written  type: gan or type: vbg_gan:gan" in text
    assert "class    vbg_gan." in text
    assert "learning_rate: " in text
    assert "options of StyleConfig" in text  # nested ones follow
    assert "\nStyleConfig: " in text


def test_an_option_that_holds_components_says_of_which_kind(capsys):
    text = shown(capsys, "ensemble")
    assert "Fitted heads on views of the vectors" in text
    assert "members: mapping: component of kind classifier, default" in text
    assert "folds: integer ≥ 2, default 5" in text


def test_components_of_one_name_and_several_kinds_are_all_shown(capsys, install, monkeypatch):
    code = """
        from vbg_framework import Component, Config, hookimpl

        @hookimpl
        def vbg_components():
            yield Component("encoder", "plain", Config, "nowhere:Class", hint="pip install x")
            yield Component("fusion", "plain", Config, "nowhere.at:All")
    """
    found = install("one", code) + install("two", code)
    monkeypatch.setattr("vbg_framework.config.plugins.entry_points", lambda group: found)
    text = shown(capsys, "plain")
    assert [line for line in text.splitlines() if line.endswith(" plain")] == ["encoder plain"] * 2 + [
        "fusion plain"
    ] * 2
    assert "written  type: one:plain\n" in text
    assert "needs    pip install x" in text
    assert shown(capsys, "fusion:plain").count("fusion plain") == 2
    assert shown(capsys, "two:plain").count("(two 1.2)") == 2


def test_json_holds_the_same(capsys):
    (found,) = json.loads(shown(capsys, "retrieval", "--json"))
    assert (found["kind"], found["qualified"]) == ("augmenter", "vbg_retrieval:retrieval")
    assert found["description"].startswith("Fills a class with pictures")
    assert found["options"]["properties"]["pool"]["holds"] == "dataset"
    assert len(json.loads(shown(capsys, "fusion", "--json"))) > 5


def test_a_name_nobody_has_is_told_with_the_nearest(capsys):
    assert main(["components", "encoder:vitt"]) == 1
    assert "unknown kind or component 'encoder:vitt'. Did you mean 'vit'?" in capsys.readouterr().err


def test_nothing_heavy_is_imported():
    code = (
        "import sys\nfrom vbg_framework.cli import main\nmain(['components', 'diffusion_lora'])\n"
        "assert not {'torch', 'diffusers', 'numpy'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_a_class_that_is_not_there_has_no_docstring():
    assert docstring("nowhere:Class") == docstring("json.nothing:X") == docstring("json:Nothing") == ""
    assert docstring("json.decoder:JSONDecoder").startswith("Simple JSON")
