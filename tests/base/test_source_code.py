"""What code a result depends on."""

import importlib
import sys

import pytest

from vbg_framework.base.source_code import code_hash, package_hash


def made(folder, name, text, monkeypatch):
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "__init__.py").write_text("")
    (folder / name / "part.py").write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    for module in [m for m in sys.modules if m.partition(".")[0] == name]:
        del sys.modules[module]
    importlib.invalidate_caches()
    return importlib.import_module(f"{name}.part").Thing


def test_the_hash_changes_with_any_file_of_the_package(tmp_path, monkeypatch):
    kind = made(tmp_path, "some_package", "class Thing: pass\n", monkeypatch)
    first = code_hash(kind)
    assert first == code_hash(kind)
    (tmp_path / "some_package" / "rules.yaml").write_text("a: 1\n")
    assert code_hash(kind) != first


def test_a_package_is_told_by_the_name_of_any_of_its_modules(tmp_path, monkeypatch):
    kind = made(tmp_path, "named_package", "class Thing: pass\n", monkeypatch)
    assert package_hash("named_package.part") == package_hash("named_package") == code_hash(kind)
    with pytest.raises(ImportError):
        package_hash("no_such_package.part")


def test_a_package_of_one_file_has_a_hash_too(tmp_path, monkeypatch):
    (tmp_path / "single.py").write_text("class Thing: pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    kind = importlib.import_module("single").Thing
    first = code_hash(kind)
    (tmp_path / "single.py").write_text("class Thing: x = 1\n")
    assert code_hash(kind) != first
