"""The section of a report on what answers rest on."""

import json
import shutil

import pytest
from html_page import Page

from vbg_framework.base.publication import write_json
from vbg_framework.report.evidence import FILE, Example, Kept, OfTask, Share, evidence, kept, key
from vbg_framework.report.feature_map import Alike, FeatureMap, Panel, Point
from vbg_framework.report.page import write_report
