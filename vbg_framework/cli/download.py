"""`vbg data download NAME`: the pictures whose addresses stand in a data set."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vbg_framework.config.part import Part

FASTEST = 5.0  # requests per second


def download(part: Part[Any], args: argparse.Namespace) -> int:
    """Fetch what is not there yet, and say what became of it.

    Args:
        part: the data set.
        args: with its `name` and the `arguments` that follow it.
    """
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.data.fetching.client import Client
    from vbg_framework.data.fetching.collect import Collect

    options = parser(f"vbg data download {args.name}").parse_args(args.arguments)
    private, most = tuple(options.private), round(options.largest_mb * 1e6)
    client = Client(options.contact, rate=min(options.rate, FASTEST), private=private, most=most)
    collect = Collect(client, round(options.most_gb * 1e9), screen_of(args).say)
    collect.fetch(part.load()(part.config).records())
    if not (collect.counts or collect.reasons):
        print(f"{args.name}: no address of a picture is left to be fetched.")
    else:
        print(f"{args.name}: {collect.told()}. Next: vbg data prepare {args.name}")
    return 0


def parser(name: str) -> argparse.ArgumentParser:
    """What may follow the name of the data set."""
    top = argparse.ArgumentParser(prog=name, description="Fetch pictures from the addresses in a data set.")
    top.add_argument("--contact", required=True, help="your e-mail address or web page, told to the server")
    top.add_argument("--rate", type=_above_zero, default=1.0, help="requests per second, at most 5 (default: 1)")
    top.add_argument("--largest-mb", type=_above_zero, default=50.0, metavar="MB", help="of one picture (default: 50)")
    top.add_argument("--most-gb", type=_above_zero, default=20.0, metavar="GB", help="of this call (default: 20)")
    top.add_argument(
        "--private", action="append", default=[], metavar="HOST", help="a server of yours that is not public"
    )
    return top


def _above_zero(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return number
