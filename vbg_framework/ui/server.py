"""The server of the workbench: on this machine alone unless another address is asked for."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import psutil
import uvicorn
from starlette.applications import Starlette

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.guard import Pass

LOOPBACK = "127.0.0.1"
PATIENCE = 5  # seconds that open pages have when the server ends


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens at an address; port 0 = a free one.

    Raises:
        VBGError: it cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # whoever has the link may call; they wait until the server answers
    except (OSError, OverflowError) as error:
        listening.close()
        fix = "Choose another --port or --host."
        raise VBGError("vbg ui", f"cannot listen at {host}, port {port} ({error})", fix) from None
    return listening


def names(host: str, port: int) -> Iterator[str]:
    """`host:port` for all names by which browsers may call a server at this address, lower case."""
    yield from (f"{name}:{port}" for name in ({"127.0.0.1", "localhost", "[::1]"} if _is_local(host) else _own(host)))


def serve(make: Callable[[Pass], Starlette], *, host: str = LOOPBACK, port: int = 0, browser: bool = True) -> None:
    """Serve until somebody presses Ctrl+C; print the link that lets a browser in.

    Args:
        make: the site, from the pass of those who may look.
        host: address to listen at.
        port: 0 = a free one.
        browser: open it.

    Raises:
        VBGError: the address is not to be had.
    """
    with bound(host, port) as listening:
        taken = listening.getsockname()[1]
        known = Pass(frozenset(names(host, taken)))
        shown = LOOPBACK if _is_local(host) else socket.gethostname() if _is_any(host) else host
        link = f"http://{f'[{shown}]' if ':' in shown else shown}:{taken}/?token={known.token}"
        print(f"Open   {link} (Ctrl+C stops)", flush=True)
        if browser:
            threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
        settings = uvicorn.Config(
            make(known), log_level="warning", access_log=False, server_header=False, proxy_headers=False,
            lifespan="off", timeout_graceful_shutdown=PATIENCE,
        )  # fmt: skip
        uvicorn.Server(settings).run(sockets=[listening])


def _is_local(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _is_any(host: str) -> bool:
    return _is_address(host) and ip_address(host).is_unspecified


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _own(host: str) -> set[str]:
    """The host itself; of an address that stands for all, every address and name of this machine."""
    if not _is_any(host):
        return {f"[{host}]" if ":" in host else host.lower()}
    addresses = [each.address.partition("%")[0] for some in psutil.net_if_addrs().values() for each in some]
    kept = {f"[{one}]" if ":" in one else one for one in addresses if _is_address(one)}
    return kept | {"localhost", socket.gethostname().lower(), socket.getfqdn().lower()}
