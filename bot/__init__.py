"""Askwell: a clinic's FAQ chatbot whose every word was curated by the clinic's staff."""

__version__ = "0.1.0"
