from vbg_framework.base.notebook import html_table


def test_what_a_notebook_shows_is_escaped():
    shown = html_table("<b>", {"a & b": "<script>"}, 'x" onclick="y')
    assert "<script>" not in shown
    assert "a &amp; b" in shown
    assert 'href="x&quot; onclick' in shown
