"""Quality of generated records: fidelity, diversity and memorisation. Diagnostics, not a ranking."""

from vbg_framework.generation.quality.encoder_judge import EncoderJudge
from vbg_framework.generation.quality.features import Judge
from vbg_framework.generation.quality.measure import measure
from vbg_framework.generation.quality.network import FeatureNetwork

__all__ = ["EncoderJudge", "FeatureNetwork", "Judge", "measure"]
