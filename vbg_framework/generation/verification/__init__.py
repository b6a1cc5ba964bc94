"""Whether generated records show what they claim, judged by what real records of the training split look like."""
