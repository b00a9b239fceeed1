"""Agents that ask a language model behind an OpenAI-compatible endpoint."""
