"""Results that come later."""

import threading

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.later import Later, Watched


def test_it_is_made_once_when_somebody_asks_and_says_how_far_it_is():
    go, asked = threading.Event(), []

    def make(screen):
        asked.append(1)
        with screen.progress("Encode", 9) as bar:
            bar.advance(3)
            go.wait()
        return "made"

    later = Later(make, Watched())
    assert later.made() is None
    assert asked == []
    assert later.now() is None
    while "3" not in later.progress:
        pass
    assert later.progress == "Encode 3 of 9"
    go.set()
    assert later.wait() == later.now() == later.made() == "made"
    assert asked == [1]


def test_what_goes_wrong_is_told_to_everybody_who_asks():
    def make(_):
        raise VBGError("x", "broke", "")

    later = Later(make, Watched())
    for _ in range(2):
        with pytest.raises(VBGError, match="broke"):
            later.wait()
    assert later.made() is None
