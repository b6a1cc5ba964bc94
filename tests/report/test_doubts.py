"""The page of labels to doubt."""

from vbg_framework.report.doubts import write_doubts

ROW = {"id": "<7>", "part": "test", "label": "<b>cup</b>", "suggested": "jug", "probability": 0.1,
       "suggested_probability": 0.8, "copies": ["9"], "image": None, "text": "<script>alert(1)</script>"}  # fmt: skip


def test_what_comes_from_data_is_escaped(tmp_path):
    task = {"name": "kind", "records": 9, "flagged": 1, "expected": 1.2, "source": "s", "note": "",
            "alike": [("cup", "jug", 2, 1)], "rows": [ROW]}  # fmt: skip
    page = write_doubts(tmp_path, "run", [task], [{"id": "3", "distance": 2.0, "image": None, "text": ""}]).read_text()
    assert "<script" not in page
    assert "&lt;b&gt;cup&lt;/b&gt;" in page
    assert "1 of 9 labels are to be looked at" in page
    assert "Unlike all others" in page
