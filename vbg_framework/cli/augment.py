"""`vbg augment`: generate records without training on them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vbg_framework.cli.session import session


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    augment = commands.add_parser("augment", parents=[common], help="generate records with an experiment's augmenter")
    augment.add_argument("experiment", help="a name in the registry")
    augment.add_argument("--count", type=int, help="records to ask for (default: what the experiment's loop says)")
    augment.add_argument("--out", type=Path, required=True, help="folder for images, samples.jsonl and contact sheet")
    augment.add_argument("--set", dest="sets", action="append", default=[], metavar="A.B=VALUE",
                         help="change one option")  # fmt: skip
    augment.add_argument("--refresh", action="store_true", help="fit the augmenter even if it is in the cache")
    augment.set_defaults(command=_augment)


def _augment(args: argparse.Namespace) -> int:
    registry, plugins = session(args)
    count = [] if args.count is None else [f"loop.count={args.count}"]
    resolved = registry.experiment(args.experiment, plugins, [*args.sets, *count])
    from vbg_framework.cli.arguments import screen_of

    screen = screen_of(args)
    screen.say("Loading torch ...")
    from vbg_framework.cli.print_table import print_table
    from vbg_framework.runs.augment import SHEET, augment

    tally = augment(resolved, args.out, screen, args.refresh)
    lost = {name: sum(counts.get(name, 0) for counts in tally["dropped"].values()) for name in tally["asked"]}
    rows = [(name, str(n), str(lost[name]), str(tally["kept"].get(name, 0))) for name, n in tally["asked"].items()]
    print_table(("class", "asked", "dropped", "kept"), rows)
    if (args.out / SHEET).exists():
        print(f"Look at {args.out / SHEET}: each sample stands above the training image it is most like.")
    return 0
