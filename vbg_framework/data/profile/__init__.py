"""What a table or folder of somebody looks like, and what could be learnt from it."""
