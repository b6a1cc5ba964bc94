from pathlib import Path

import vbg_framework.testing

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"


def test_every_public_name_of_the_kit_is_there_and_documented():
    page = PAGE.read_text(encoding="utf-8").partition("<!-- begin checks -->")[0]
    for name in vbg_framework.testing.__all__:
        assert getattr(vbg_framework.testing, name).__doc__
        assert name in page
