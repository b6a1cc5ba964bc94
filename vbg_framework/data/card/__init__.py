"""What a data card tells: the census, label leaks, problems of a split, and a contact sheet."""
