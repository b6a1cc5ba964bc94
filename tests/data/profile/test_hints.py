"""What names of columns say."""

import pytest

from vbg_framework.data.profile.hints import ID, LABEL, is_administrative, is_code, named


@pytest.mark.parametrize("name", ["Object ID", "object_id", "Inv.-Nr.", "acno", "Inventarnummer", "Accession Number"])
def test_ids_are_called_in_many_ways(name):
    assert named(name, ID) or is_code(name)


def test_case_marks_and_blanks_do_not_matter():
    assert named(" Catégorie ", LABEL)
    assert named("Stu\u0308ck", LABEL)


def test_columns_about_the_record_are_told():
    assert is_administrative("last_updated_source")
    assert not is_administrative("medium")
