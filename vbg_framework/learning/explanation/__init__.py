"""Why a model answers as it does: shares of inputs, regions, words and fields, by asking it about changed records."""
