"""Metrics, ranking, calibration and prediction sets. Light: numpy only."""
