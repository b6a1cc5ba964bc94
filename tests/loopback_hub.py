"""As much of the model hub as it takes to fetch one model, on loopback."""

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import huggingface_hub.constants
import huggingface_hub.hf_api

COMMIT = "a" * 40


class Hub(BaseHTTPRequestHandler):
    """Answers for the model `owner/model` alone."""

    def do_GET(self):
        if self.path.startswith("/api/models/owner/model/revision/") or self.path == "/api/models/owner/model":
            return self._answer(json.dumps({"id": "owner/model", "sha": COMMIT, "siblings": self._siblings()}).encode())
        if self.path.startswith("/api/models/owner/model/tree/"):
            return self._answer(json.dumps(self._tree()).encode())
        files = self.server.files
        name = self.path.split("?")[0].partition("/owner/model/resolve/")[2].partition("/")[2]
        if name in files and self.server.gated:
            return self._answer(b"", 403, "GatedRepo")
        return self._answer(files[name]) if name in files else self._answer(b"", 404, "RepoNotFound")

    do_HEAD = do_GET

    def _siblings(self):
        return [{"rfilename": name} for name in self.server.files]

    def _tree(self):
        files = self.server.files.items()
        return [{"type": "file", "path": name, "size": len(data), "oid": "b" * 40} for name, data in files]

    def _answer(self, body, status=200, code=None):
        self.server.asked.append(self.path)
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        """Be quiet."""


@contextmanager
def serving(files, cache, monkeypatch, *, gated=False):
    """Let the hub's clients find these files (name -> bytes), and nothing else; `cache` is their empty cache."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.files, server.gated, server.asked = files, gated, []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
    monkeypatch.setattr(huggingface_hub.hf_api.api, "endpoint", address)
    template = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    yield server
    server.shutdown()
    server.server_close()
