"""`vbg doctor`: whether this installation is fit to work, and what to do where it is not."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from vbg_framework.cli.compare import STUDIES
from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.run import RUNS
from vbg_framework.cli.session import session


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    doctor = commands.add_parser("doctor", parents=[common], help="check this installation, its cache and its folders")
    doctor.add_argument("--json", action="store_true", help="print a list of objects: about, well, told, fix")
    doctor.set_defaults(command=_doctor)


def _doctor(args: argparse.Namespace) -> int:
    from vbg_framework.config.checkup import examine

    findings = list(examine(session(args)[1], {"runs": RUNS, "studies": STUDIES}))
    if args.json:
        print(json.dumps([asdict(each) for each in findings], indent=1, ensure_ascii=False))
    else:
        rows = [(each.about, "well" if each.well else "WRONG", f"{each.told} {each.fix}") for each in findings]
        print_table(("about", "state", "what was found"), rows)
    return int(not all(each.well for each in findings))
