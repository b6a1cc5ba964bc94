"""ViT image encoder."""
