"""The networks of the base `tiny`, all from scratch: autoencoder, text encoder with its tokeniser, denoiser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diffusers import AutoencoderKL, DDPMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import CLIPTextConfig, CLIPTextModel, PreTrainedTokenizerFast

PAD, BEGIN, END, UNKNOWN = "[PAD]", "[BEGIN]", "[END]", "[UNK]"
SPECIAL = (PAD, BEGIN, END, UNKNOWN)
WIDTH = 64  # of the text encoder
AUTOENCODER = (16, 32, 32)  # channels; a latent pixel stands for 4 x 4 pixels
LATENT = 4  # channels


def new_tokenizer(captions: Iterable[str]) -> PreTrainedTokenizerFast:
    """A tokeniser that knows the words of some captions, and how long they get."""
    split = BertPreTokenizer()
    results = [[word for word, _ in split.pre_tokenize_str(caption.lower())] for caption in captions]
    words = [*SPECIAL, *sorted({word for words in results for word in words})]
    tokenizer = Tokenizer(WordLevel({word: code for code, word in enumerate(words)}, unk_token=UNKNOWN))
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), split
    tokenizer.post_processor = TemplateProcessing(
        single=f"{BEGIN} $A {END}", special_tokens=[(BEGIN, words.index(BEGIN)), (END, words.index(END))]
    )
    longest = max(map(len, results), default=0) + 2
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=8 * -(-longest // 8),
        bos_token=BEGIN, eos_token=END, unk_token=UNKNOWN, pad_token=PAD,
    )  # fmt: skip


def new_text_encoder(tokenizer: PreTrainedTokenizerFast) -> CLIPTextModel:
    """One layer is enough for a sentence of attributes."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, intermediate_size=2 * WIDTH, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=tokenizer.model_max_length,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    return CLIPTextModel(config)


def new_autoencoder(side: int) -> AutoencoderKL:
    """Without attention, so that it can learn from parts of pictures."""
    levels = len(AUTOENCODER)
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * levels, up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=AUTOENCODER, layers_per_block=1, latent_channels=LATENT, norm_num_groups=8,
        sample_size=side, mid_block_add_attention=False,
    )  # fmt: skip


def new_denoiser(side: int, channels: Sequence[int]) -> UNet2DConditionModel:
    """Attention to the caption on all levels but the first, where it would be slow."""
    return UNet2DConditionModel(
        sample_size=side // 2 ** (len(AUTOENCODER) - 1), in_channels=LATENT, out_channels=LATENT,
        down_block_types=("DownBlock2D", *("CrossAttnDownBlock2D",) * (len(channels) - 1)),
        up_block_types=(*("CrossAttnUpBlock2D",) * (len(channels) - 1), "UpBlock2D"),
        block_out_channels=tuple(channels), layers_per_block=1, cross_attention_dim=WIDTH,
        attention_head_dim=2, norm_num_groups=8,
    )  # fmt: skip


def as_pipeline(
    autoencoder: AutoencoderKL, text_encoder: CLIPTextModel, tokenizer: PreTrainedTokenizerFast,
    denoiser: UNet2DConditionModel,
) -> StableDiffusionPipeline:  # fmt: skip
    """The networks as one pipeline; it predicts velocity (Salimans and Ho 2022), which is learnt sooner than noise."""
    noise = DDPMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        clip_sample=False,
        steps_offset=1,
    )
    return StableDiffusionPipeline(
        vae=autoencoder, text_encoder=text_encoder, tokenizer=tokenizer, unet=denoiser, scheduler=noise,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
