"""The version of the framework, read from the installed distribution."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("vbg-framework")
except PackageNotFoundError:  # imported from a source tree that was never installed
    __version__ = "0"
