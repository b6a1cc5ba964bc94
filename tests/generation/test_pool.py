"""Generated records on disk."""

from vbg_framework.generation.pool import Chunk, Pool, records


def entry(number, name="jar", image=None):
    return {
        "id": f"SYN_{number}",
        "image": image,
        "text": {"title": f"{name} {number}"},
        "metadata": None,
        "targets": {"kind": name},
        "licence": "",
        "request": name,
        "origin": {"generator": "noise", "version": "1", "seed": 3, "request": {"kind": name}, "sources": ["a"],
                   "train": "abc", "scores": {"confidence": 0.5}},
    }  # fmt: skip


def pool(folder):
    made = Pool(folder, "SYN_")
    made.open()
    made.add(Chunk(0, {"jar": 3, "bowl": 2}, {"blank": {"jar": 1}, "refused": {"bowl": 2}}, [entry(0), entry(1)]), {})
    made.add(Chunk(1, {"jar": 1, "bowl": 2}, {"blank": {"bowl": 1}}, [entry(2), entry(3, "bowl")]), {})
    return made


def test_what_was_added_is_there_when_it_is_opened_again(tmp_path):
    assert Pool(tmp_path, "SYN_").chunks == []
    assert pool(tmp_path).chunks == Pool(tmp_path, "SYN_").chunks


def test_the_tally_adds_chunks_up_per_class(tmp_path):
    assert pool(tmp_path).tally() == {
        "asked": {"jar": 4, "bowl": 4},
        "generated": {"jar": 4, "bowl": 2},
        "dropped": {"blank": {"jar": 1, "bowl": 1}, "refused": {"bowl": 2}},
        "kept": {"jar": 3, "bowl": 1},
        "labels": {},
    }


def test_images_are_written_before_their_line(tmp_path):
    made = Pool(tmp_path, "SYN_")
    made.open()

    def encode():
        assert not made.chunks
        return b"png"

    made.add(Chunk(0, {"jar": 1}, {}, [entry(0, image="SYN_0.png")]), {"SYN_0.png": encode})
    assert (tmp_path / "SYN_0.png").read_bytes() == b"png"
    assert records(tmp_path, made.kept())[0].inputs["image"] == tmp_path / "SYN_0.png"


def test_a_record_comes_back_with_its_origin(tmp_path):
    (record, *_) = records(tmp_path, pool(tmp_path).kept())
    assert record.inputs == {"text": {"title": "jar 0"}}
    assert record.origin.sources == ("a",)
    assert record.origin.scores == {"confidence": 0.5}
    assert record.targets == {"kind": "jar"}
