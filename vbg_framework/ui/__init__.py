"""The workbench: a data set or a run in a browser, to look, doubt and correct."""
