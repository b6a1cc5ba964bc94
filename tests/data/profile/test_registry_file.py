"""What a source becomes; `tests/cli/test_init.py` trains what is written."""

import pytest
from ui.pots import KINDS, write_pots

from vbg_framework.base.errors import VBGError
from vbg_framework.config.registry import Registry
from vbg_framework.data.profile.registry_file import look, write_registry


def test_a_table_is_looked_at_before_anything_is_written(tmp_path):
    seen = look(write_pots(tmp_path / "pots.csv"), tmp_path)
    assert set(seen.counts) == set(KINDS)
    assert seen.table.roles.tasks[0].column == "kind"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pots.csv"]


def test_a_registry_is_written_once_and_names_its_source_from_where_it_lies(tmp_path):
    seen = look(write_pots(tmp_path / "pots.csv"), tmp_path)
    draft = write_registry(tmp_path / "registry.yaml", seen)
    entries = Registry.read(tmp_path / "registry.yaml").entries
    assert entries["datasets"][draft.data]["path"] == "pots.csv"
    assert entries["experiments"][draft.experiment]["data"] == draft.data
    with pytest.raises(VBGError, match="is left as it is"):
        write_registry(tmp_path / "registry.yaml", seen)


def test_somebody_may_choose_another_column(tmp_path):
    source = write_pots(tmp_path / "pots.csv")
    with pytest.raises(VBGError, match="'title'"):
        look(source, tmp_path, target="title")
