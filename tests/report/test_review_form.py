"""The page for experts: what is escaped, and what its rule about scripts lets through."""

import base64
import hashlib
import re

from PIL import Image

from vbg_framework.report.review_form import write_form

EVIL = "</script><script>alert(1)</script>"


def test_only_its_own_script_may_run_and_everything_is_escaped(tmp_path):
    picture = Image.new("RGB", (90, 60), "red")
    items = [{"number": 1, "name": EVIL, "image": picture, "text": {"title": EVIL}}]
    page = write_form(tmp_path, "abc", EVIL, items).read_text()
    assert EVIL not in page
    (script,) = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#39;sha256-{allowed}&#39;" in page or f"script-src 'sha256-{allowed}'" in page
    assert "http" not in page.replace('http-equiv="Content', "")


def test_a_record_without_a_picture_shows_its_text(tmp_path):
    page = write_form(
        tmp_path, "abc", "kind", [{"number": 1, "name": "cup", "image": None, "text": {"title": "A cup"}}]
    )
    assert "<img" not in page.read_text()
    assert "A cup" in page.read_text()
