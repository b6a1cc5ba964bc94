"""From a prepared data set, or a single record, to the items a model reads."""
