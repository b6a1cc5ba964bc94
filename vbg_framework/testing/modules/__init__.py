"""What torch modules promise: fusions, classifiers, and all of them."""
