"""TensorBoard observer."""
