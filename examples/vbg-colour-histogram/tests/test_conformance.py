"""Every promise of the interface, checked on the smallest instance."""

import vbg_colour_histogram

from vbg_framework.testing import conformance

test_conformance = conformance(vbg_colour_histogram)
