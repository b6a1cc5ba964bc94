"""From a dataset component to a prepared data set on disk."""

from __future__ import annotations

import errno
import hashlib
import importlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from pathlib import Path
from typing import Any
