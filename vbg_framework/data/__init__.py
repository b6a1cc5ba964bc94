"""Data: decoding, preparation, splitting, and items for training and prediction. Never imports torch."""
