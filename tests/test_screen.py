import io
import os

from rich.console import Console

from vbg_framework.screen import Screen, SturdyConsole


def plain():
    buffer = io.StringIO()
    return Screen(Console(file=buffer, width=200)), buffer


def test_without_a_terminal_progress_is_plain_lines_and_ends_with_the_total():
    screen, buffer = plain()
    with screen.progress("Training", 3) as bar:
        for _ in range(3):
            bar.show(loss=0.12345)
            bar.advance()
    lines = buffer.getvalue().splitlines()
    assert lines[-1] == "Training 3/3 loss 0.123"
    assert len(lines) <= 3
    assert "\x1b" not in buffer.getvalue()


def test_on_a_terminal_a_bar_is_drawn():
    buffer = io.StringIO()
    screen = Screen(Console(file=buffer, force_terminal=True, width=120))
    with screen.progress("Training", 2) as bar:
        bar.show(macro_f1=0.5)
        bar.advance(2)
    assert "Training" in buffer.getvalue()
    assert "macro f1 0.5" in buffer.getvalue()


def test_work_goes_on_when_nobody_reads_any_more():
    out, into = os.pipe()
    os.close(out)
    with open(into, "w") as closed:
        screen = Screen(SturdyConsole(file=closed))
        screen.say("first")
        screen.say("second")
        with screen.progress("Work", 2) as bar:
            bar.advance(2)
        closed.buffer.raw.close()  # or what waits in the buffer is told at the end
    assert bar.done == 2


def test_a_silent_screen_says_nothing():
    screen = Screen()
    screen.say("x")
    with screen.progress("Work", 2) as bar:
        bar.advance(2)
    assert bar.done == 2


def test_square_brackets_in_messages_are_shown_as_they_are():
    screen, buffer = plain()
    screen.say("data[red] [/x]")
    assert buffer.getvalue() == "data[red] [/x]\n"


def test_work_of_unknown_length_is_shown():
    screen, buffer = plain()
    with screen.progress("Reading", None) as bar:
        bar.advance()
    assert buffer.getvalue().startswith("Reading 1/?")
