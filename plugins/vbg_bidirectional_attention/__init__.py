"""Bidirectional attention fusion."""
