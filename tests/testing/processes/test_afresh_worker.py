import os

from vbg_framework.testing.processes.afresh_worker import _answered

JOB = {"kind": "dataset", "name": "cards", "target": "good_others:Cards", "config": ["good", "Small"], "options": {}}


def test_a_job_is_answered_or_its_error_told():
    assert len(_answered({**JOB, "method": "anew", "folders": []})["answer"]) == 2
    assert "NotImplementedError" in _answered({**JOB, "method": "recall", "folders": [os.devnull]})["error"]
