"""A model repository of the Hugging Face hub: the folder of `bundle` with the hub's front matter, and its upload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, HfApi, ModelCard, ModelCardData, get_token
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]  # public, but reached lazily

from vbg_framework.base.errors import VBGError
from vbg_framework.report.view import HEADLINE, titled
from vbg_framework.runs.export.bundle import CARD, write_bundle
from vbg_framework.runs.export.finished import FinishedRun

KINDS = {"image": "image-classification", "text": "text-classification", "metadata": "tabular-classification"}
"""Modality -> what the hub calls its classification; it knows none for several modalities."""


def write_repository(finished: FinishedRun, folder: Path) -> None:
    """Write everything a model repository consists of.

    Args:
        folder: an empty folder.
    """
    write_bundle(finished, folder)
    body = (folder / CARD).read_text(encoding="utf-8")
    card = ModelCard(f"---\n{front_matter(finished).to_yaml()}\n---\n\n{body}")  # reads the results back, or raises
    (folder / CARD).write_text(str(card), encoding="utf-8")


def front_matter(finished: FinishedRun) -> ModelCardData:
    """What the hub sorts and compares models by. It names no licence: a run does not know that of its weights."""
    options = finished.config["experiment"]
    encoders, reads = options["encoders"], finished.resolved.experiment.modalities
    named = [each["model"].partition("@")[0] for each in encoders.values() if each.get("model")]
    source = options["data"].get("hub")
    return ModelCardData(
        library_name="vbg-framework",
        pipeline_tag=_kind(finished),
        tags=["museum", "cultural-heritage", *reads, *(["multimodal"] if len(reads) > 1 else [])],
        base_model=named or None,
        datasets=[source] if source else None,
        model_name=finished.name,
        eval_results=list(_results(finished)),
    )


def check_upload(repo: str) -> None:
    """Before any work is done.

    Raises:
        VBGError: this is no name of a repository, or nobody is logged in.
    """
    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise VBGError("--repo", f"no name of a repository ({error})", "Write it as owner/name.") from None
    if "/" not in repo:
        raise VBGError("--repo", f"a repository has an owner, got '{repo}'", "Write it as owner/name.")
    if get_token() is None:
        raise VBGError("--repo", "nobody is logged in to the hub", "Log in with: hf auth login, or set HF_TOKEN.")


def upload(folder: Path, repo: str, *, private: bool) -> str:
    """Make a new model repository and upload a folder to it; return its address.

    A repository that exists already is left alone, whoever owns it.

    Args:
        folder: what `write_repository` wrote.
        repo: `owner/name`.
        private: whether only its owners see it; else as their settings say, usually public.

    Raises:
        VBGError: it exists already, or the hub refuses or does not answer. The folder is kept.
    """
    api = HfApi()
    try:
        address = str(api.create_repo(repo, private=private or None))  # None: as the owner's settings say
        api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Add model")
    except Exception as error:  # the hub client raises errors of several libraries
        reason = " ".join(str(error).split()).rstrip(".")
        command = f"hf upload {repo} {folder}" + (" --private" if private else "")
        fix = f"The folder is complete; upload it later, or elsewhere, with: {command}"
        raise VBGError(repo, f"cannot be uploaded ({reason})", fix) from error
    return address


def _kind(finished: FinishedRun) -> str:
    reads = finished.resolved.experiment.modalities
    return next(kind for modality, kind in KINDS.items() if modality in reads)


def _results(finished: FinishedRun) -> Iterator[EvalResult]:
    """Test results per task, with the number of records they rest on."""
    data: dict[str, Any] = {
        "dataset_type": finished.resolved.parts["data"].component.name,
        "dataset_name": finished.resolved.parts["data"].component.name,
        "dataset_split": "test",
        "dataset_revision": finished.model.about["data_fingerprint"],
    }
    for task, result in finished.metrics["test"].items():
        for metric in HEADLINE:
            if result.get(metric) is not None:
                yield EvalResult(
                    task_type=_kind(finished), task_name=task, **data,
                    dataset_config=task,  # or the hub client takes the results of all tasks for those of the first
                    dataset_args={"records": result["n"]},
                    metric_type=metric, metric_name=titled(metric)[0], metric_value=result[metric],
                )  # fmt: skip
