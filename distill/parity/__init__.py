"""Compares what torch, the reference graph, the graph that ships and vLLM say to real prompts."""
