"""Sounds as WAV files in memory: one channel, 16 bits."""

from __future__ import annotations

import io
import wave

import numpy as np

LOUDEST = 32767


def written(sound: np.ndarray, rate: int) -> bytes:
    """A WAV file of samples in -1..1."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(np.clip(sound, -1, 1) * LOUDEST).astype("<i2").tobytes())
    return buffer.getvalue()


def read(content: bytes) -> tuple[np.ndarray, int]:
    """Samples in -1..1, float32, the mean of all channels; and their rate.

    Raises:
        ValueError: it is no WAV file of 8 or 16 bits, or holds no sample.
    """
    try:
        with wave.open(io.BytesIO(content)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a WAV file ({error})") from error
    if width not in (1, 2):
        raise ValueError(f"samples must have 8 or 16 bits, got {8 * width}")
    whole = frames[: len(frames) // (width * channels) * width * channels]
    samples = (
        np.frombuffer(whole, np.uint8).astype(np.float32) / 127.5 - 1
        if width == 1
        else np.frombuffer(whole, "<i2").astype(np.float32) / LOUDEST
    )
    if not len(samples):
        raise ValueError("the file holds no sample")
    return samples.reshape(-1, channels).mean(1), rate
