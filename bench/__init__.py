"""Measurements. Each is a ratio against a reference in the same run, so that it means the same on any machine."""
