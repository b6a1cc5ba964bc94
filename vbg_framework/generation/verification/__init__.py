"""Verification: whether generated records show their labels, judged by models of real training records."""
