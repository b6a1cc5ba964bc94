import sys

from vbg_framework.base.printable import printable, printable_output, terminal


def test_what_a_terminal_would_obey_is_shown():
    assert printable("\x1b]0;title\x07 \x1b[2J vase\r") == r"\x1b]0;title\x07 \x1b[2J vase\r"
    assert printable("a\u202eb \ud800 \x9b") == r"a\u202eb \ud800 \x9b"


def test_text_stays_as_it_is():
    assert printable("Krüge\t花瓶 🏺\nجرة") == "Krüge\t花瓶 🏺\nجرة"


def test_whatever_is_printed_passes_one_boundary(capsys):
    with printable_output():
        print("\x1b[2J", "\x1b]0;title\x07", file=sys.stdout)
        print("\x9b a\rb", file=sys.stderr)
        sys.stderr.write("\r 5 of 9")
        terminal().write("\x1b[1mbold\x1b[0m")
    said = capsys.readouterr()
    assert said.out == "\\x1b[2J \\x1b]0;title\\x07\n\x1b[1mbold\x1b[0m"
    assert said.err == "\\x9b a\\rb\n\r 5 of 9"
    assert terminal() is sys.stdout
