from vbg_framework.base.printable import printable


def test_what_a_terminal_would_obey_is_shown():
    assert printable("\x1b]0;title\x07 \x1b[2J vase\r") == r"\x1b]0;title\x07 \x1b[2J vase\r"
    assert printable("a\u202eb \ud800 \x9b") == r"a\u202eb \ud800 \x9b"


def test_text_stays_as_it_is():
    assert printable("Krüge\t花瓶 🏺\nجرة") == "Krüge\t花瓶 🏺\nجرة"
