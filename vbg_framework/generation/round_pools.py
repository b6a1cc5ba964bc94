"""The generated records of all rounds of a run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from vbg_framework.base.jsonl import read_lines, write_lines
from vbg_framework.contracts.record import Record
from vbg_framework.generation.pool import Pool, moved, records

SAMPLES = "samples.jsonl"
"""The records the last classifier trains on, one per line, each with its origin."""


class RoundPools:
    """The pools of generated records, one per round.

    Args:
        folder: `synthetic/` of a run.
        accumulate: whether a round trains on the records of earlier rounds, too.
    """

    def __init__(self, folder: Path, accumulate: bool) -> None:
        self.folder, self._accumulate = folder, accumulate

    def pool(self, number: int) -> Pool:
        """What round `number` (from 1) generates."""
        return Pool(self.folder / f"round-{number}", f"SYN_{number}_")

    def entries(self, number: int) -> list[dict[str, Any]]:
        """The generated records that the classifier of a round trains on, as `samples.jsonl` holds them."""
        first = 1 if self._accumulate else number
        return [moved(entry, f"round-{turn}") for turn in range(first, number + 1) for entry in self.pool(turn).kept()]

    def records(self, number: int) -> Sequence[Record]:
        """The same as records, their pictures opened when they are needed."""
        return records(self.folder, self.entries(number))

    def write_samples(self, number: int, ids: Collection[str] | None = None) -> None:
        """Write `samples.jsonl`: what the last classifier trains on; of the records of a round those with these ids."""
        entries = self.entries(number)
        write_lines(self.folder / SAMPLES, [each for each in entries if ids is None or each["id"] in ids])

    def samples(self) -> Sequence[Record]:
        """The records of `samples.jsonl`."""
        return records(self.folder, read_lines(self.folder / SAMPLES))

    def cost(self, rounds: int) -> dict[str, Any]:
        """What generating took, all rounds together, and per 1,000 records kept; empty if nobody kept account.

        Args:
            rounds: how many there were.
        """
        pools = [self.pool(number) for number in range(1, rounds + 1)]
        known = [cost for pool in pools if (cost := pool.cost())]
        if not known or len(known) < len(pools):
            return {}
        total, kept = reduce(add, known), sum(len(pool.kept()) for pool in pools)
        return {**total.named("generate"), "seconds_per_1000": round(1000 * total.seconds / kept, 3) if kept else None}
