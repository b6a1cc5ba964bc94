"""What a person reads after a study: REPORT.md and report.html, made from the study folder alone."""
