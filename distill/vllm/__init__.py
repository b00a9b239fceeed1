"""Serves an exported model by vLLM: the folder it loads, its environment, its server."""
