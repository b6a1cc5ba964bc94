"""From the predictions of all runs to the planned comparisons."""
