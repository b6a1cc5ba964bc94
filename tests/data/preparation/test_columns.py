"""The names of the columns of a prepared data set."""

from vbg_framework.data.preparation.columns import META, TARGET, TEXT, names


def test_fields_and_tasks_are_named_by_their_columns_in_order():
    columns = ["id", "text_title", "text_note", "target_kind", "meta_year"]
    assert [names(columns, prefix) for prefix in (TEXT, TARGET, META)] == [("title", "note"), ("kind",), ("year",)]
