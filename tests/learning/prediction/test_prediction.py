"""What a model says of one record."""

import vbg_framework


def test_a_notebook_shows_the_answers(tiny_run):
    (found,) = vbg_framework.load(tiny_run).predict([{"text": "a blue bowl"}])
    shown = found._repr_html_()
    assert all(name in shown for name in found.classes.values())
