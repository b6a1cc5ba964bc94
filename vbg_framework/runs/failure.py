"""What ended a run, in one line and in its folder."""

from __future__ import annotations

import contextlib
import traceback

from vbg_framework.base.errors import VBGError
from vbg_framework.base.shortage import shortage
from vbg_framework.base.system_error import system_error
from vbg_framework.config.blame import blame
from vbg_framework.learning.job import Job
from vbg_framework.screen import Screen


def failure(error: BaseException, job: Job) -> VBGError:
    """The error in one line, with the next step; the traceback of an unforeseen one goes to `error.txt`.

    Args:
        error: that ended the run.
        job: the run, whose report is written once more.
    """
    text = str(error) if isinstance(error, VBGError) else "".join(traceback.format_exception(error))
    Screen(log=job.screen.log).say(f"Failed {error}")
    with contextlib.suppress(Exception):  # the first error is the one to tell, whatever the page says of it
        job.run.write_text("error.txt", text + "\n")
        from vbg_framework.report.page import write_report

        write_report(job.run.path)
    again = f"vbg run {job.resolved.name} --resume"
    if lack := shortage(error):
        return VBGError(job.run.name, lack.what, f"{lack.fix} Then go on with: {again}")
    if isinstance(error, VBGError):
        return error
    if isinstance(error, OSError):
        return system_error(error, str(job.run.path), f"Then go on with: {again}")
    who = blame(error, job.resolved.parts) or job.run.name
    first = (str(error).splitlines() or [""])[0]
    return VBGError(who, f"{type(error).__name__}: {first}", f"Traceback: {job.run.path / 'error.txt'}")
