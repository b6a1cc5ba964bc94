"""Why a data set is prepared again."""

from memory_data import prepare_records, texts


def test_why_it_is_done_again_is_told(tmp_path):
    said, file = [], tmp_path / "table.csv"
    file.write_text("1")

    def prepare(**options):
        prepare_records(tmp_path / "cache", texts(4), files=[file], tell=said.append, **options)

    prepare()
    prepare(refresh=True)
    file.write_text("12")
    prepare()
    prepare(largest_side=64)
    prepare(name="other")
    assert said == [
        "prepared for the first time",
        "prepared again, as asked for",
        "prepared again: other source files",
        "prepared again: other limits",
        "prepared for the first time",
    ]
