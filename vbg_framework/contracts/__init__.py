"""What plugin authors write against: records, interfaces, hooks."""
