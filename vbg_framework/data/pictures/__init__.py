"""Decoding of pictures from anywhere, their fingerprints, and the pixels an encoder reads."""
