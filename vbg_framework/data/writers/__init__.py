"""Tables and spreadsheets for people and other programs."""
