"""`vbg data prepare|check|show|export|download`: data sets before any model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.session import session

if TYPE_CHECKING:
    from vbg_framework.config.experiment import SplitConfig
    from vbg_framework.data.preparation.prepared import Prepared

KINDS = ("parquet", "image_folder", "webdataset")


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    data = commands.add_parser("data", help="prepare, check, look at and export data sets")
    kinds = data.add_subparsers(title="commands", metavar="COMMAND", required=True)
    named = argparse.ArgumentParser(add_help=False, parents=[common])
    named.add_argument("name", help="a data set of the registry")
    named.add_argument("--set", dest="sets", action="append", default=[], metavar="KEY=VALUE", help="change an option")
    named.add_argument("--strict", action="store_true", help="stop at the first bad item")
    named.add_argument("--refresh", action="store_true", help="prepare again from the beginning")
    named.add_argument("--accept-loss", action="store_true", help="go on although much of the source cannot be used")
    prepare = kinds.add_parser("prepare", parents=[named], help="read, check and store a data set")
    prepare.set_defaults(command=_prepare)
    check = kinds.add_parser("check", parents=[named], help="look for leaks and write the data card")
    check.add_argument("--out", type=Path, help="folder of the card (default: the folder of the prepared data)")
    check.set_defaults(command=_check)
    show = kinds.add_parser("show", parents=[named], help="write a contact sheet per task")
    show.add_argument("--out", type=Path, default=Path("sheets"), help="folder of the pictures (default: sheets)")
    show.set_defaults(command=_show)
    export = kinds.add_parser("export", parents=[named], help="write a data set for other programs")
    export.add_argument("--to", choices=KINDS, required=True, help="which form")
    export.add_argument("--out", type=Path, required=True, help="new folder")
    export.set_defaults(command=_export)
    download = kinds.add_parser("download", parents=[common], help="fetch pictures from their addresses")
    download.add_argument(
        "name", help="a data set of the registry, or a component with a server of its own, such as met"
    )
    download.add_argument("arguments", nargs=argparse.REMAINDER, help="its own arguments; try --help")
    download.set_defaults(command=_download)


def _open(args: argparse.Namespace) -> tuple[Prepared, SplitConfig | None]:
    """The data set, and how its experiments divide it, if they agree."""
    registry, plugins = session(args)
    part = registry.dataset(args.name, plugins, args.sets)
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.data.preparation.cache import prepare_data

    how = {"strict": args.strict, "refresh": args.refresh, "accept_loss": args.accept_loss}
    return prepare_data(part, screen_of(args), name=args.name, **how), registry.split(args.name, plugins)


def _prepare(args: argparse.Namespace) -> int:
    from vbg_framework.data.card.repeats import default_warnings
    from vbg_framework.data.catalogue.spelling import alike, alike_sentence
    from vbg_framework.data.preparation.corrections import sentences as corrected
    from vbg_framework.data.preparation.missing_image import sentence as without_picture
    from vbg_framework.data.preparation.quarantine import left_out
    from vbg_framework.data.preparation.readings import sentences

    prepared, split = _open(args)
    print(
        f"{args.name}: {len(prepared.table)} records, {prepared.info['quarantined']} quarantined, in {prepared.folder}"
    )
    for task in prepared.tasks:
        counts = ", ".join(f"{name} {count}" for name, count in zip(task.classes, task.counts, strict=True))
        print(f"  {task.name}: {counts}")
        if groups := alike(task.classes):
            print(f"Warn   {alike_sentence(task.name, groups)}")
    for line in sentences(prepared.info["metadata"]):
        print(f"  {line}")
    for line in (*left_out(prepared.info), *default_warnings(prepared, split)):
        print(line)
    told = (*corrected(prepared.info.get("corrections")), *without_picture(prepared.info))
    for remark in (*told, *prepared.info.get("remarks", ())):
        print(f"  {remark}")
    return 0


def _check(args: argparse.Namespace) -> int:
    from vbg_framework.report.card import write_card

    prepared, split = _open(args)
    path, told = write_card(prepared, args.out or prepared.folder, split=split)
    print(*told, sep="\n")
    print(path)
    return 0


def _show(args: argparse.Namespace) -> int:
    from vbg_framework.data.card.sheet import contact_sheet
    from vbg_framework.data.pictures.fonts import lacking

    prepared, _ = _open(args)
    args.out.mkdir(parents=True, exist_ok=True)
    for task in prepared.tasks:
        path = args.out / f"{args.name}-{task.name}.png"
        contact_sheet(prepared, task.name, path)
        print(path)
    if told := lacking(name for task in prepared.tasks for name in task.classes):
        print(told)
    return 0


def _export(args: argparse.Namespace) -> int:
    from vbg_framework.data.writers.export import export

    prepared, _ = _open(args)
    count = export(prepared, args.to, args.out)
    left = len(prepared.table) - count
    print(f"{args.out}: {count} records" + (f", {left} without an image left out" if left else ""))
    return 0


def _download(args: argparse.Namespace) -> int:
    from vbg_framework.cli.download import download

    registry, plugins = session(args)
    component = next((each for each, _ in plugins.components("dataset") if each.name == args.name), None)
    own = getattr(component.load(), "download", None) if component else None
    return own(args.arguments) if own else download(registry.dataset(args.name, plugins, []), args)
