"""Mutants of what a data set promises."""

import argparse
import socket
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from good_others import Cards
from mutants import breaks

from vbg_framework.contracts.record import Rejected, Task


def edited(items, **change):
    """Every record with other fields; a function gets the record."""
    for item in items:
        if isinstance(item, Rejected):
            yield item
        else:
            yield replace(item, **{name: new(item) if callable(new) else new for name, new in change.items()})


class Edited(Cards):
    change: dict = {}

    def records(self):
        return edited(super().records(), **self.change)


@breaks("tasks_are_declared", "['kind']")
class NamesOfTasks(Cards):
    tasks = ["kind"]


@breaks("tasks_are_declared", "kind more than once")
class TaskTwice(Cards):
    tasks = [Task("kind"), Task("colours", multi_label=True), Task("kind")]


@breaks("ids_are_unique", "o0")
class IdOfTheObject(Edited):
    change = {"id": lambda record: record.group}


@breaks("ids_are_unique", "[0, 1, 2]")
class Numbers(Edited):
    change = {"id": lambda record: int(record.id)}


@breaks("order_is_stable", "11")
class TurnsAround(Cards):
    passes = 0

    def records(self):
        self.passes += 1
        return iter(list(super().records())[:: 1 if self.passes % 2 else -1])


@breaks("reading_can_be_broken_off", "3")
class KeepsItsPlace(Cards):
    begun = None

    def records(self):
        self.begun = self.begun or super().records()
        yield from self.begun
        self.begun = None


@breaks("records_are_read_one_by_one", "11")
class HoldsAll(Cards):
    def records(self):
        yield from list(super().records())


@breaks("records_are_read_one_by_one", "a list")
class ReturnsAList(Cards):
    def records(self):
        return list(super().records())


@breaks("groups_are_objects", "[0")
class NumbersAsGroups(Edited):
    change = {"group": lambda record: int(record.id)}


@breaks("groups_are_objects", "one group for all records")
class OneGroup(Edited):
    change = {"group": "the museum"}


@breaks("targets_are_declared", "colour")
class MisspeltTask(Edited):
    change = {"targets": {"kind": "bowl", "colour": ["red"]}}


@breaks("targets_are_declared", "'plate'")
class UnknownClass(Edited):
    change = {"targets": {"kind": "plate"}}


@breaks("targets_are_declared", "'red'")
class OneClassForMany(Edited):
    change = {"targets": {"kind": "bowl", "colours": "red"}}


@breaks("images_are_decodable", "image file is missing")
class LostImages(Edited):
    change = {"inputs": lambda record: {"image": Path("no such folder") / f"{record.id}.png"}}


@breaks("records_are_usable", "record has no label")
class NoLabels(Edited):
    change = {"targets": {}}


@breaks("records_are_usable", "record has no image, text or metadata")
class NoInputs(Edited):
    change = {"inputs": {}}


@breaks("rejected_items_name_their_source", "source ''")
class Unnamed(Cards):
    def records(self):
        yield Rejected("", "it is spoilt")
        yield from super().records()


@breaks("prediction_reads_the_same", "Card 0!")
class ReadsNewRowsDifferently(Cards):
    @classmethod
    def unlabelled(cls, config, source, columns):
        return Shouted(config)


class Shouted(Edited):
    change = {"inputs": lambda record: {**record.inputs, "text": {"title": record.inputs["text"]["title"] + "!"}}}


@breaks("known_labels_are_those_of_training", "'colours': ['red']")
class TellsEveryLabel(Cards):
    @classmethod
    def partly_labelled(cls, config, source, columns, tasks):
        return Cards(config)


@breaks("known_labels_are_those_of_training", "vase")
class ReadsLabelsDifferently(Cards):
    @classmethod
    def partly_labelled(cls, config, source, columns, tasks):
        return OfVases(config)


class OfVases(Edited):
    change = {"targets": {"kind": "vase"}}


@breaks("sources_are_there", "cards.csv")
class RelativeSources(Cards):
    def sources(self):
        return [Path("cards.csv")]


@breaks("preparing_twice_gives_the_same", "")
class StampsTheTime(Edited):
    change = {"inputs": lambda record: {**record.inputs, "metadata": {"read": str(time.perf_counter_ns())}}}


@breaks("ids_are_unique", "none of 1 items")
class Empty(Cards):
    def records(self):
        yield Rejected("cards", "they are lost")


@breaks("order_is_stable", "dict")
class YieldsDictionaries(Cards):
    def records(self):
        yield {"id": "1"}


class Fetching(Cards):
    @classmethod
    def download(cls, arguments):
        top = argparse.ArgumentParser(prog="cards", description="Fetch cards.")
        top.add_argument("--out", required=True)
        return cls.fetch(top.parse_args(arguments))

    @classmethod
    def fetch(cls, args):
        return 0


@breaks("download_explains_itself", "1: ''")
class NoHelp(Fetching):
    @classmethod
    def download(cls, arguments):
        return 0 if len(arguments) == 2 and Path(arguments[1]).is_dir() else 1


@breaks("download_explains_itself", "cards.json")
class WritesFirst(Fetching):
    @classmethod
    def download(cls, arguments):
        Path("cards.json").write_text("[]")
        return super().download(arguments)


@breaks("download_explains_itself", "museum.example")
class AsksFirst(Fetching):
    @classmethod
    def download(cls, arguments):
        with suppress(OSError):
            socket.create_connection(("museum.example", 80), 1)
        return super().download(arguments)


@breaks("download_refuses_unknown_arguments", "0, 0 files")
class TakesAnything(Fetching):
    @classmethod
    def download(cls, arguments):
        if "--help" in arguments:
            return super().download(arguments)
        return 0
