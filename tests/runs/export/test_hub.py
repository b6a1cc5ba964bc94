"""Model repositories; the upload goes to a small server on this machine, which speaks as the hub does."""

import base64
import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from huggingface_hub import ModelCard

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.runs.export.hub import check_upload, front_matter, upload, write_repository


@pytest.fixture(scope="module")
def folder(finished, tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    write_repository(finished, folder)
    return folder


def test_a_repository_is_a_folder_that_predicts(folder):
    assert next(vbg_framework.load(folder).predict([{"text": "A blue bowl"}])).classes.keys() == {"form", "glaze"}


def test_the_hub_reads_kind_tags_and_results(folder, finished):
    data = ModelCard.load(folder / "README.md").data
    assert (data.library_name, data.pipeline_tag) == ("vbg-framework", "image-classification")
    assert {"image", "text", "multimodal"} <= set(data.tags)
    results = {(found.task_name, found.metric_type): found for found in data.eval_results}
    for task in ("form", "glaze"):
        said, test = results[task, "macro_f1"], finished.metrics["test"][task]
        assert (said.metric_value, said.dataset_args, said.dataset_split) == (
            test["macro_f1"],
            {"records": test["n"]},
            "test",
        )


def test_no_licence_is_claimed_and_hub_ids_are_linked(finished):
    other = copy.copy(finished)
    assert not {"license", "base_model", "datasets"} & front_matter(other).to_dict().keys()
    other.config = copy.deepcopy(finished.config)
    other.config["experiment"]["encoders"]["image"]["model"] = "owner/vit@main"
    other.config["experiment"]["data"]["hub"] = "owner/pots"
    data = front_matter(other)
    assert (data.base_model, data.datasets) == (["owner/vit"], ["owner/pots"])


class Hub:
    """Keeps what is uploaded; `refuse` makes it say that the repository exists."""

    def __init__(self):
        self.repositories, self.files, self.refuse = [], {}, False
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = hub.answer(self.path, body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, path, body):
        if path == "/api/repos/create":
            if self.refuse:
                return 409, {"error": "You already created this model repo"}
            self.repositories.append(json.loads(body))
            return 200, {"url": f"{self.url}/museum/pots"}
        if path == "/api/validate-yaml":
            return 200, {"errors": [], "warnings": []}
        if path == "/api/models/museum/pots/preupload/main":
            named = [{"path": file["path"], "uploadMode": "regular"} for file in json.loads(body)["files"]]
            return 200, {"files": [file | {"shouldIgnore": False, "oid": None} for file in named]}
        if path == "/api/models/museum/pots/commit/main":
            lines = [json.loads(line)["value"] for line in body.splitlines()]
            self.files = {line["path"]: base64.b64decode(line["content"]) for line in lines if "path" in line}
            return 200, {"success": True, "commitOid": "1", "commitUrl": f"{self.url}/museum/pots/commit/1"}
        return 404, {"error": path}


@pytest.fixture
def hub(monkeypatch):
    hub = Hub()
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_TOKEN", "hf_of_a_test")
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


def test_every_file_is_uploaded_to_a_new_repository(hub, folder):
    assert upload(folder, "museum/pots", private=True) == f"{hub.url}/museum/pots"
    (made,) = hub.repositories
    assert (made["name"], made["organization"]) == ("pots", "museum")
    assert made.get("visibility") == "private" or made.get("private") is True  # newer and older clients
    written = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert hub.files == written


def test_a_repository_that_exists_is_left_alone(hub, folder):
    hub.refuse = True
    with pytest.raises(VBGError, match=r"museum/pots: cannot be uploaded .*already created.* hf upload museum/pots"):
        upload(folder, "museum/pots", private=False)
    assert not hub.files


def test_without_a_network_the_folder_is_kept(hub, folder, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(VBGError, match="The folder is complete; upload it later.* hf upload museum/pots .* --private$"):
        upload(folder, "museum/pots", private=True)
    assert (folder / "README.md").is_file()


def test_a_bad_name_or_no_login_is_said_before_any_work(monkeypatch):
    monkeypatch.setattr("vbg_framework.runs.export.hub.get_token", lambda: "hf_x")
    check_upload("museum/pots")
    with pytest.raises(VBGError, match="--repo: a repository has an owner, got 'pots'"):
        check_upload("pots")
    with pytest.raises(VBGError, match="--repo: no name of a repository"):
        check_upload("a/b/c")
    monkeypatch.setattr("vbg_framework.runs.export.hub.get_token", lambda: None)
    with pytest.raises(VBGError, match="nobody is logged in to the hub. Log in with: hf auth login"):
        check_upload("museum/pots")
