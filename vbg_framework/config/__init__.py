"""Experiments, studies and components as checked options, and the door of the plugins."""
