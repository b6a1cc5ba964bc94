"""`vbg run`: run an experiment, or go on with one."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.safe_path import keep_working_folder_out
from vbg_framework.cli.session import session

if TYPE_CHECKING:
    from vbg_framework.config.plugins import Plugins
    from vbg_framework.screen import Screen

RUNS = Path(os.environ.get("VBG_RUNS", "runs"))


PATIENCE = 60.0  # seconds for processes that were interrupted to put down what they hold


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    run = commands.add_parser("run", parents=[common], help="run an experiment from data to report")
    run.add_argument("experiment", help="a name in the registry (or EXPERIMENT/ID with --resume)")
    run.add_argument("--set", dest="sets", action="append", default=[], metavar="A.B=VALUE", help="change one option")
    run.add_argument("--tiny", action="store_true", help="everything at its smallest: does the mix work at all?")
    run.add_argument("--resume", action="store_true", help="go on with the newest interrupted run")
    run.add_argument("--runs", type=Path, default=RUNS, help="folder of all runs (default: runs, or VBG_RUNS)")
    run.add_argument("--processes", type=int, metavar="N", help="share the work among N processes of this machine")
    run.add_argument("--accept-loss", action="store_true", help="go on although much of the data cannot be used")
    run.set_defaults(command=_run)


def _run(args: argparse.Namespace) -> int:
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.config.tiny import SUFFIX, tiny
    from vbg_framework.runs.start import accept, start, unfinished

    screen = screen_of(args)
    registry, plugins = session(args)
    if args.resume and args.sets:
        raise VBGError("vbg run", "--resume continues with the options of the run, got --set", "Give one or the other.")
    if args.resume:
        folder = unfinished(args.runs, args.experiment + (SUFFIX if args.tiny else ""))
    elif args.tiny:
        resolved, replaced = tiny(args.experiment, registry, plugins, args.sets)
        screen.say("\n".join(f"Tiny   {line}" for line in replaced))
        folder = start(resolved, plugins, args.runs)
    else:
        folder = start(registry.experiment(args.experiment, plugins, args.sets), plugins, args.runs)
    if args.accept_loss:
        accept(folder, plugins, screen)
    if args.processes:
        return _launch(folder.path, args.processes, registry.block, screen)
    return work(folder.path, plugins, screen)


def work(path: Path, plugins: Plugins, screen: Screen) -> int:
    """Execute the run in a folder and say where the results lie."""
    screen.say(f"Run    {path} (loading torch ...)")
    from vbg_framework.base.run_folder import RunFolder
    from vbg_framework.runs.execute import execute
    from vbg_framework.runs.summary import summary

    print(summary(execute(RunFolder(path), plugins, screen)))
    return 0


def _launch(path: Path, processes: int, block: list[str], screen: Screen) -> int:
    """Start N processes with torch's launcher; each executes the same run folder.

    Raises:
        VBGError: there are to be none, or one of them did not come to its end.
    """
    if processes < 1:
        raise VBGError("--processes", f"must be at least 1, got {processes}", "Example: --processes 2.")
    screen.say(f"Run    {path} ({processes} processes)")
    torchrun = [sys.executable, "-P", "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    threads = str(max(1, (os.cpu_count() or 1) // processes))
    blocked = ",".join([*block, os.environ.get("VBG_BLOCK", "")])
    keep_working_folder_out()
    environment = {"OMP_NUM_THREADS": threads, **os.environ, "VBG_BLOCK": blocked}
    with subprocess.Popen([*torchrun, "-m", "vbg_framework.worker", str(path)], env=environment) as launched:
        try:
            status = launched.wait()
        except KeyboardInterrupt:  # the terminal has told the processes, too
            launched.wait(PATIENCE)
            raise
    if status:  # the launcher tells how a process ended, and nothing of what to do
        fix = f"What it said stands above. Then go on with: vbg run {path.parent.name} --resume"
        raise VBGError("--processes", f"one of {processes} processes did not come to its end", fix)
    return 0
