"""A saved model, and predictions of tables and data frames."""
