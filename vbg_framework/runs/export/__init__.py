"""A finished run in a form for others: a folder of its own, a repository of the Hugging Face hub, an ONNX model."""
