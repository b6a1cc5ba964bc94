"""MLflow observer."""
