import sys

import pytest

from vbg_framework.base.lazy import lazy


def test_a_name_is_imported_when_it_is_first_used(monkeypatch):
    monkeypatch.delitem(sys.modules, "vbg_framework.learning.ranking", raising=False)
    get, names = lazy("some_package", {"learning.ranking": ["average_precision_and_auc"]})
    assert names() == ["average_precision_and_auc"]
    assert "vbg_framework.learning.ranking" not in sys.modules
    assert get("average_precision_and_auc").__name__ == "average_precision_and_auc"


def test_an_unknown_name_is_an_attribute_error():
    get, _ = lazy("some_package", {})
    with pytest.raises(AttributeError, match="module 'some_package' has no attribute 'x'"):
        get("x")
