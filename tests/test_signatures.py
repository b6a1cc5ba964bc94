import importlib.util
import json
import re

from pages import ROOT

CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def script():
    spec = importlib.util.spec_from_file_location("signatures", ROOT / "docs" / "signatures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told(name):
    """Whether the change log names something, as a whole or by its last part, in backquotes."""
    return any(
        re.search(rf"`[^`\n]*\b{re.escape(part)}\b[^`\n]*`", CHANGES) for part in {name, name.rpartition(".")[2]}
    )


def test_public_signatures_change_only_with_a_line_in_the_change_log():
    known, found = json.loads((ROOT / "tests" / "signatures.json").read_text()), script().signatures()
    changed = sorted(name for name in {*known, *found} if known.get(name) != found.get(name))
    assert changed == [], "tell the change in CHANGELOG.md, then run: python docs/signatures.py" + "".join(
        f"\n{name}: {known.get(name)} -> {found.get(name)}, {'told' if told(name) else 'NOT TOLD'}" for name in changed
    )


def test_a_name_is_told_by_its_last_part_in_backquotes():
    assert told("vbg_framework.toolkit.written")
    assert not told("vbg_framework.toolkit.no_such_name")
