"""Figures as they are printed."""
