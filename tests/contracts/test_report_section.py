import pytest

from vbg_framework import ReportSection


def test_a_section_without_content_cannot_be_made():
    with pytest.raises(TypeError, match="content"):
        type("Empty", (ReportSection,), {"title": "Empty"})(None)
