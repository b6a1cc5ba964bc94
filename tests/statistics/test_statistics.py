import subprocess
import sys

import vbg_framework.statistics


def test_importing_is_light():
    code = "import sys, vbg_framework.statistics; assert not {'torch', 'scipy', 'sklearn', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there_and_explained():
    for name in vbg_framework.statistics.__all__:
        assert getattr(vbg_framework.statistics, name).__doc__
