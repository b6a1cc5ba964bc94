"""What augmenters promise: of generated records, of items and of vectors."""
