"""Softmax classifier."""
