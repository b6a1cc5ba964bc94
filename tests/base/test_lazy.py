import sys

import pytest

from vbg_framework.base.lazy import lazy


def test_a_name_is_imported_when_it_is_first_used(monkeypatch):
    monkeypatch.delitem(sys.modules, "vbg_framework.learning.evaluation.ranking", raising=False)
    get, names = lazy("some_package", {"learning.evaluation.ranking": ["average_precision_and_auc"]})
    assert names() == ["average_precision_and_auc"]
    assert "vbg_framework.learning.evaluation.ranking" not in sys.modules
    assert get("average_precision_and_auc").__name__ == "average_precision_and_auc"


def test_a_name_that_ends_is_found_with_a_warning_and_not_listed():
    get, names = lazy(
        "some_package", {}, {"average_precision_and_auc": "learning.evaluation.ranking: Use something else."}
    )
    with pytest.warns(DeprecationWarning, match="some_package.average_precision_and_auc ends .* Use something else"):
        assert get("average_precision_and_auc")
    assert names() == []


def test_an_unknown_name_is_an_attribute_error():
    get, _ = lazy("some_package", {})
    with pytest.raises(AttributeError, match="module 'some_package' has no attribute 'x'"):
        get("x")
