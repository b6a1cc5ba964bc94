"""Every promise of the interfaces, checked on the smallest instances."""

import vbg_sounds

from vbg_framework.testing import conformance

test_conformance = conformance(vbg_sounds)
