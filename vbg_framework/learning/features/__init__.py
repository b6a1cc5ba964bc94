"""Features of frozen encoders: cached, and heads that are fitted on them."""
