"""Doors of pages, and what holds for each request."""
