"""White-box fusion: a student learns from teachers' top-K logits on the tokens it trains on.

After DistilQwen2.5 (arXiv 2504.15027), stage two.
"""
