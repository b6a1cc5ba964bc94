"""`vbg docs`: the documentation in a browser, served from the installed package. No network is used."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

SITE = Path(__file__).with_name("site")
"""Written by `zensical build`; part of a released wheel."""


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    docs = commands.add_parser("docs", help="open the documentation in a browser, offline")
    docs.add_argument("--port", type=int, default=0, help="port on this machine (default: a free one)")
    docs.add_argument("--no-browser", action="store_true", help="only serve the pages and print their address")
    docs.set_defaults(command=_docs)


def _docs(args: argparse.Namespace) -> None:
    import webbrowser

    with _server(SITE, args.port) as server:
        address = f"http://127.0.0.1:{server.server_port}/index.html"
        print(f"Docs   {address} (Ctrl-C stops)", flush=True)
        if not args.no_browser:
            webbrowser.open(address)
        server.serve_forever()


def _server(site: Path, port: int) -> ThreadingHTTPServer:
    """Serves the site on the loopback interface alone."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from vbg_framework.base.errors import VBGError

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Requests are not worth a line each."""

    if not (site / "index.html").exists():
        fix = "Build it in a checkout: uv run zensical build. Or read the Markdown files in docs."
        raise VBGError("vbg docs", f"the site is not part of this installation, got no {site}", fix)
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(site)))
    except (OSError, OverflowError) as error:
        raise VBGError("vbg docs", f"cannot listen on port {port}, got {error}", "Choose another --port.") from None
