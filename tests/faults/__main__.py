"""Tries hostile inputs and names those that did what none may.

In the folder `tests`: `python -m faults --inputs 10000 --seed 0`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ["VBG_BLOCK"] = "vbg_mlflow"  # where it is installed, every run would wait for its database
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded: a copy of a process with threads may wait for ever

from faults.campaign import campaign, makers, once
from faults.sound import sound
from faults.warmth import warm_up


def main() -> int:
    """Run the campaign; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--inputs", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--keep", type=Path, help="folder for the one input of --first, which stays there")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vbg-faults-run-"))
    whole = sound(folder)
    warm_up(folder, whole)
    if args.keep:
        kinds = makers(whole)
        given, outcome = once(kinds[args.first % len(kinds)], f"{args.seed}-{args.first}", keep=args.keep)
        print("vbg", *map(repr, given.arguments), outcome, sep="\n")
        return bool(outcome.wrong)
    done: Counter[str] = Counter()
    codes: Counter[int] = Counter()
    raised: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    wrong, most, slowest, until = 0, 0, 0.0, time.monotonic() + args.seconds
    for number, given, outcome in campaign(args.first, args.inputs, args.seed, whole):
        done[given.kind.split()[0]] += 1
        codes[outcome.code] += 1
        raised[outcome.raised] += outcome.raised != ""
        spent[given.kind.split()[0]] += outcome.seconds
        most, slowest = max(most, outcome.megabytes), max(slowest, outcome.seconds)
        if outcome.wrong:
            wrong += 1
            print(number, given.kind, [word[:60] for word in given.arguments], outcome.wrong, outcome.said[-600:])
        if number % 100 == 99 or time.monotonic() > until:
            print(f"{number + 1}: {wrong} wrong", flush=True)
        if time.monotonic() > until:
            break
    shutil.rmtree(folder)
    print(f"seed {args.seed}: {done.total()} inputs {dict(done)}, exit codes {dict(codes)}, {wrong} wrong")
    print(f"{spent.total():.0f} s of processor time, at most {slowest:.1f} s and {most} MB for one")
    print("each:", ", ".join(f"{kind} {spent[kind] / done[kind]:.2f} s" for kind in done))
    print(f"refused at {len(+raised)} places:", ", ".join(f"{place} {n}" for place, n in raised.most_common() if n))
    return bool(wrong)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # libraries would tell what they leave behind
