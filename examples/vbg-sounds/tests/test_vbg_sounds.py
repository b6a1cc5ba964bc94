"""Sounds, against cases that are known; and a run from sounds to predictions."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import vbg_sounds
from vbg_sounds import AudioConfig, InstrumentsConfig
from vbg_sounds.audio import Audio
from vbg_sounds.encoder import bands
from vbg_sounds.instruments import Instruments
from vbg_sounds.wav import read, written

import vbg_framework

TINY = ["data.objects=80", "data.seconds=0.2", "train.steps=80", "train.evaluate_every=30"]
REGISTRY = Path(vbg_sounds.__file__).with_name("registry.yaml")


def tone(pitch, rate, seconds=0.5):
    return np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate, dtype=np.float32)


def test_a_wav_file_gives_back_its_samples():
    sound, rate = read(written(tone(440, 8000), 8000))
    assert rate == 8000
    assert np.allclose(sound, tone(440, 8000), atol=1e-4)


@pytest.mark.parametrize("content", [b"", b"RIFF", written(np.zeros(0), 8000), written(tone(1, 8000), 8000)[:30]])
def test_what_is_no_sound_is_refused(content):
    with pytest.raises(ValueError, match=r"not a WAV file|holds no sample"):
        read(content)


def test_sounds_come_to_the_rate_of_the_options():
    audio = Audio(AudioConfig(rate=8000, seconds=0.25))
    sound = audio.open(audio.store(written(tone(440, 16000), 16000)))
    assert len(sound) == 2000
    assert np.abs(sound[200:1800] - tone(440, 8000)[200:1800]).max() < 0.05


def test_a_higher_tone_is_loud_in_a_higher_band():
    low, high = (bands(tone(pitch, 8000), 512, 16).mean(0).argmax() for pitch in (300, 2500))
    assert low < high


def test_a_model_learns_instruments_and_predicts_files(tmp_path):
    run = vbg_framework.run("instrument-sound", sets=TINY, registry=REGISTRY, runs=tmp_path / "runs")
    assert run.metrics()["test"]["instrument"]["accuracy"] > 0.4  # by chance 0.25
    model = vbg_framework.load(run)
    records = records_of()[:6]
    for record in records:
        (tmp_path / f"{record.id}.wav").write_bytes(record.inputs["audio"])
    given = [{"id": record.id, "audio": tmp_path / f"{record.id}.wav"} for record in records]
    told = list(model.predict([*given, {"id": "none", "audio": tmp_path / "absent.wav"}]))
    assert [said.id for said in told[:6] if not said.classes] == []
    assert told[6].problem.startswith("audio file is missing")
    tested = pq.read_table(run.path / "predictions.parquet").to_pylist()
    rows = {row["id"]: row["instrument_predicted"] for row in tested}
    wavs = {record.id: record.inputs["audio"] for record in records_of()}
    again = model.predict([{"id": name, "audio": wavs[name]} for name in rows])
    assert {said.id: said.classes["instrument"] for said in again} == rows


def records_of():
    return list(Instruments(InstrumentsConfig(objects=80, seconds=0.2)).records())
