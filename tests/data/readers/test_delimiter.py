"""What separates the cells of a text table."""

import pytest

from vbg_framework.data.readers.delimiter import told_delimiter


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("id,title\n1,a\n", ","),
        ("id;title\n1;Jug, glazed\n2;Bowl, old, red\n", ";"),
        ("id;height, width;kind\n1;2,5;jug\n2;3;bowl\n", ";"),
        ("id,terms\n1,a;b\n2,c;d\n", ","),
        ("id|title\n1|a\n", "|"),
        ("title\nBowl\n", ","),
        ("", ","),
        ('id;text\n1;"two\nlines; one cell"\n', ";"),
    ],
)
def test_the_header_and_most_rows_tell(text, sign):
    assert told_delimiter(text.splitlines(keepends=True), ",") == sign


def test_the_usual_sign_is_taken_where_others_fit_as_well():
    lines = ["id,a\tb,c\n", "1,2\t3,4\n"]
    assert told_delimiter(lines, "\t") == "\t"
    assert told_delimiter(lines, ",") == ","
