"""Markdown, whoever draws it."""
