import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import docs

SERVE = (
    "import signal, sys; from pathlib import Path; from vbg_framework import cli; from vbg_framework.cli import docs\n"
)
SERVE += "signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it\n"
SERVE += "docs.SITE = Path(sys.argv[1])\nsys.exit(cli.main(['docs', '--no-browser']))"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "index.html").write_text("<title>pages</title>")
    return tmp_path


def test_the_site_is_served_on_loopback_until_it_is_stopped(site):
    with subprocess.Popen([sys.executable, "-c", SERVE, str(site)], stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().split()[1]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address) as page:
            assert "pages" in page.read().decode()
        if os.name == "nt":
            process.kill()
        else:
            process.send_signal(signal.SIGINT)
            try:
                assert process.wait(10) == 130
            finally:
                process.kill()  # or leaving the block would wait for ever


def test_a_port_that_is_taken_is_named(site):
    with (
        docs._server(site, 0) as server,
        pytest.raises(VBGError, match=f"cannot listen on port {server.server_port}, got .*Choose another"),
    ):
        docs._server(site, server.server_port)


def test_an_installation_without_the_site_says_how_to_build_it(tmp_path):
    with pytest.raises(VBGError, match="the site is not part of this installation, got no .*zensical build"):
        docs._server(tmp_path, 0)
