"""Tables of one ledger; `test_ledger.py` kills a writer."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.annotation import Annotation, Annotations
from vbg_framework.ui.decision import ACCEPT, Decision
from vbg_framework.ui.ledger import Ledger


def test_two_tables_of_one_file_know_nothing_of_each_other(tmp_path):
    path = tmp_path / "l.sqlite"
    ledger, annotations = Ledger(path, "pots"), Annotations(path, "pots")
    one = ledger.add(Decision(ACCEPT, "7", "kind"))
    other = annotations.add(Annotation("7", term="handle"))
    assert (ledger.all(), annotations.all()) == ([one], [other])
    assert (one.number, other.number) == (1, 1)
    with pytest.raises(VBGError, match="holds decisions about data 'pots'"):
        Annotations(path, "coins")
