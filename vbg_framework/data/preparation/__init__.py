"""From a source to a prepared data set on disk, and its cache."""
