"""Filling a pool."""

import io
import json

import pytest
from museum import Noise, NoiseConfig, museum, part
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.record import Origin, Record
from vbg_framework.generation import synthesis
from vbg_framework.generation.inner import divide_inner
from vbg_framework.generation.pool import Pool, records
from vbg_framework.generation.sieve import NONE, Sieve, Verdict
from vbg_framework.generation.synthesis import Synthesis
from vbg_framework.screen import Bar

QUOTA = {"bowl": 0, "jar": 9, "tile": 5}


@pytest.fixture
def view(tmp_path):
    return divide_inner(museum(tmp_path), "kind", share=0.2, seed=1, fingerprint="abc").view


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(synthesis, "CHUNK", 4)


def fill(folder, view, augmenter=None, *, quota=QUOTA, tries=3, sieve=None):
    pool = Pool(folder, "SYN_1_")
    augmenter = augmenter or Noise(NoiseConfig())
    sieve = sieve or Sieve(LoopConfig(), NONE)
    Synthesis(augmenter, part(), view, sieve, tries, 7).fill(pool, quota, Bar("", None, 0))
    return pool


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_class_gets_its_share(tmp_path, view):
    pool = fill(tmp_path / "pool", view)
    assert pool.tally()["kept"] == {"jar": 9, "tile": 5}
    assert len(list((tmp_path / "pool").glob("SYN_1_*.png"))) == 14


def test_what_is_dropped_is_counted_and_asked_for_again(tmp_path, view):
    tally = fill(tmp_path / "pool", view, Noise(NoiseConfig(blank_every=3))).tally()
    assert tally["kept"] == {"jar": 9, "tile": 5}
    lost = sum(tally["dropped"]["blank"].values())
    assert lost >= 4
    assert sum(tally["asked"].values()) == 14 + lost


def test_it_stops_asking_after_so_many_tries(tmp_path, view):
    tally = fill(tmp_path / "pool", view, Noise(NoiseConfig(blank_every=1)), tries=2).tally()
    assert tally["kept"] == {}
    assert sum(tally["asked"].values()) == 28


def test_a_stored_record_knows_its_origin(tmp_path, view):
    pool = fill(tmp_path / "pool", view)
    record = records(pool.folder, pool.kept())[0]
    assert record.id == record.group == "SYN_1_000000"
    assert record.targets == {"kind": record.origin.request["kind"]}
    assert (record.origin.generator, record.origin.version) == ("noise", "1.2")
    assert record.origin.train == view.fingerprint
    assert record.origin.scores["copy_distance"] > 0
    packet = Image.open(record.inputs["image"]).info["XML:com.adobe.xmp"]
    assert "trainedAlgorithmicMedia" in packet
    assert json.dumps(record.id) in packet


@pytest.mark.parametrize("survives", [0, 1, 2])
def test_an_interrupted_pool_ends_like_an_uninterrupted_one(tmp_path, view, survives, monkeypatch):
    augmenter = Noise(NoiseConfig(blank_every=3))
    fill(tmp_path / "whole", view, augmenter)
    added = Pool.add
    calls = []

    def dying(self, chunk, images):
        calls.append(1)
        if len(calls) > survives:
            for name in list(images)[:1]:  # an image without its line
                (self.folder / name).write_bytes(images[name]()[:20])
            with (self.folder / "chunks.jsonl").open("a") as file:
                file.write('{"wave": 0, "as')  # a line cut short
            raise KeyboardInterrupt
        added(self, chunk, images)

    monkeypatch.setattr(Pool, "add", dying)
    with pytest.raises(KeyboardInterrupt):
        fill(tmp_path / "pool", view, augmenter)
    monkeypatch.setattr(Pool, "add", added)
    fill(tmp_path / "pool", view, augmenter)
    assert content(tmp_path / "pool") == content(tmp_path / "whole")


def test_duplicates_of_records_made_before_an_interruption_are_found(tmp_path, view):
    class Same(Noise):
        def generate(self, requests, train, *, seed):
            yield from super().generate(requests, train, seed=1)

    pool = fill(tmp_path / "pool", view, Same(NoiseConfig()), quota={"jar": 4}, tries=1)
    again = fill(tmp_path / "pool", view, Same(NoiseConfig()), quota={"jar": 8}, tries=1)
    assert pool.tally()["kept"] == again.tally()["kept"] == {"jar": 4}
    assert again.tally()["dropped"] == {"duplicate": {"jar": 4}}


class Fixed(Augmenter):
    """Yields what a test says."""

    def __init__(self, *answers):
        super().__init__(None)
        self.answers = answers

    def generate(self, requests, train, *, seed):
        yield from self.answers


IMAGE = Image.effect_mandelbrot((32, 24), (-2, -1, 1, 1), 60).convert("RGB")


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ([], "must answer 1 requests one by one, got 0 answers"),
        ([None, None], "got 2 answers"),
        ([Record("1", {"image": IMAGE}, {"kind": "bowl"})], "was asked for kind 'jar', got 'bowl'"),
        ([Record("1", {"image": IMAGE}, {"kind": "jar", "size": "huge"})], "unknown label size = 'huge'"),
        ([Record("1", {"image": IMAGE}, {"kind": "jar", "age": "old"})], "unknown label age"),
        ([Record("1", {}, {"kind": "jar"})], "without any of image, text, metadata"),
        ([Record("1", {"image": IMAGE}, {"kind": "jar"}, soft={"kind": {"jar": 0.9}})], "shares must add up to 1"),
    ],
)
def test_an_answer_that_is_none_is_blamed_on_the_augmenter(tmp_path, view, answers, complaint):
    with pytest.raises(VBGError, match=complaint) as error:
        fill(tmp_path / "pool", view, Fixed(*answers), quota={"jar": 1})
    assert str(error.value).startswith("augmenter 'noise': ")


def test_the_augmenters_own_words_on_the_origin_are_kept(tmp_path, view):
    origin = Origin(sources=("jar-3",), scores={"truncation": 0.7})
    answer = Record("1", {"image": IMAGE, "text": {"title": "a jar"}}, {"kind": "jar", "size": "small"}, origin=origin)
    pool = fill(tmp_path / "pool", view, Fixed(answer), quota={"jar": 1})
    record = records(pool.folder, pool.kept())[0]
    assert record.origin.sources == ("jar-3",)
    assert record.origin.scores["truncation"] == 0.7
    assert record.inputs["text"] == {"title": "a jar"}
    assert record.targets == {"kind": "jar", "size": "small"}


def test_a_soft_label_is_stored_and_read_again_while_its_class_is_kept(tmp_path, view):
    soft = {"kind": {"jar": 0.7, "bowl": 0.3}, "size": {"small": 0.6, "large": 0.4}}
    answer = Record("1", {"image": IMAGE}, {"kind": "jar", "size": "small"}, soft=soft)
    pool = fill(tmp_path / "pool", view, Fixed(answer), quota={"jar": 1})
    assert records(pool.folder, pool.kept())[0].soft == soft
    unsure = Sieve(LoopConfig(unconfirmed="soft"), NONE, lambda asked: [Verdict(None, {}, {"kind": "jar"}, {})])
    pool = fill(tmp_path / "other", view, Fixed(answer), quota={"jar": 1}, sieve=unsure)
    assert records(pool.folder, pool.kept())[0].soft == {"kind": soft["kind"]}


def test_an_entry_that_points_out_of_its_folder_is_refused(tmp_path, view):
    entry = fill(tmp_path / "pool", view).kept()[0]
    with pytest.raises(VBGError, match="outside the folder"):
        records(tmp_path / "pool", [{**entry, "image": "../secret.png"}])


def test_the_stored_image_is_the_generated_one(tmp_path, view):
    pool = fill(tmp_path / "pool", view, Fixed(Record("1", {"image": IMAGE}, {"kind": "jar"})), quota={"jar": 1})
    stored = Image.open(io.BytesIO((pool.folder / "SYN_1_000000.png").read_bytes()))
    assert stored.tobytes() == IMAGE.tobytes()


def test_some_of_what_is_refused_is_kept_for_an_augmenter_to_learn_from(tmp_path, view, monkeypatch):
    monkeypatch.setattr(synthesis, "MOST_REJECTED", 5)

    def judge(records):
        return [Verdict("class", {"confidence": 0.1}, {}) for _ in records]

    pools = [Pool(tmp_path / name, "SYN_1_") for name in "ab"]
    for pool, teaches in zip(pools, (True, False), strict=True):
        sieve = Sieve(LoopConfig(), NONE, judge)
        Synthesis(Noise(NoiseConfig()), part(), view, sieve, 2, 7, teaches).fill(pool, QUOTA, Bar("", None, 0))
    taught, plain = pools
    assert len(taught.rejected()) == len(list(taught.folder.glob("rejected-*.png"))) == 5
    assert all(record.targets["kind"] in QUOTA for record in taught.rejected())
    assert (taught.kept(), plain.rejected()) == ([], [])
