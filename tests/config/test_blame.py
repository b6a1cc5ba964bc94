import sys

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config.blame import blame, plugin_errors
from vbg_framework.config.part import Part
from vbg_framework.config.plugins import PluginStatus
from vbg_framework.contracts.spec import Component, Config


def part(name):
    component = Component("fusion", "joiner", Config, f"{name}:Class")
    return {"fusion": Part(component, Config(), PluginStatus(name, "dist", "1", "loaded"))}


def raised(action):
    try:
        action()
    except ZeroDivisionError as error:
        return error
    pytest.fail("nothing was raised")


@pytest.mark.parametrize("package", [True, False])
def test_the_plugin_in_whose_code_it_happened_is_named(tmp_path, monkeypatch, package):
    name = f"guilty_{package}"
    file = tmp_path / name / "__init__.py" if package else tmp_path / f"{name}.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text("def divide():\n    return 1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = __import__(name)
    assert blame(raised(module.divide), part(name)) == f"plugin {name} (fusion: joiner)"
    sys.modules.pop(name)


def test_an_error_in_nobodys_code_is_nobodys():
    assert blame(raised(lambda: 1 / 0), part("not_imported_anywhere")) is None


def test_of_two_components_of_a_plugin_the_one_whose_file_it_was_is_named(tmp_path, monkeypatch):
    package = tmp_path / "twofold"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for name in ("one", "two"):
        (package / f"{name}.py").write_text("def divide():\n    return 1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    status = PluginStatus("twofold", "dist", "1", "loaded")
    parts = {
        key: Part(Component("fusion", key, Config, f"twofold.{key}:Class"), Config(), status) for key in ("one", "two")
    }
    one, two = (__import__(f"twofold.{key}", fromlist=["divide"]) for key in ("one", "two"))
    assert blame(raised(two.divide), parts) == "plugin twofold (two: two)"
    assert blame(raised(one.divide), parts) == "plugin twofold (one: one)"


@pytest.mark.parametrize(("code", "told"), [("1 / 0", "ZeroDivisionError: "), ("raise SystemExit(3)", "SystemExit: 3")])
def test_what_a_component_raises_becomes_one_line_with_its_file_and_line(tmp_path, monkeypatch, code, told):
    (tmp_path / "falling.py").write_text(f"def fall():\n    {code}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = __import__("falling")
    with pytest.raises(VBGError) as caught, plugin_errors(part("falling")):
        module.fall()
    sys.modules.pop("falling")
    message = str(caught.value)
    assert message.startswith(f"plugin falling (fusion: joiner): {told}")
    assert f"Raised at {tmp_path / 'falling.py'}:2." in message
    assert "\n" not in message


def test_an_error_of_nobodys_code_stays_as_it_is():
    with pytest.raises(ZeroDivisionError), plugin_errors(part("not_imported_anywhere")):
        raise ZeroDivisionError
