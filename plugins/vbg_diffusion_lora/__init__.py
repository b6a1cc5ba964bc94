"""A latent diffusion model that learns the look of a collection by low-rank adapters."""
