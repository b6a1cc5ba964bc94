"""BERT text encoder."""
