"""Fetching pictures from addresses: only when somebody asks for it."""
