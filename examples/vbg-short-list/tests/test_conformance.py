"""Every promise of the interfaces, checked on the smallest instances."""

import vbg_short_list

from vbg_framework.testing import conformance

test_conformance = conformance(vbg_short_list)
