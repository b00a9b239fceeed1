"""Switches off what the libraries below us would send about their use.

onnxruntime keeps a device id in the user's cache folder and looks for a host of its maker from the
moment it is imported; others have the like. Each reads the environment when it is imported, so this
has to come first: the package's own `__init__` does it, whichever module of ours is asked for.
"""

from __future__ import annotations

import os

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime, onnxruntime-genai
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub, with transformers
    "DISABLE_SAFETENSORS_CONVERSION": "1",  # transformers asks a service to convert a checkpoint
    "RAY_USAGE_STATS_ENABLED": "0",
    "VLLM_NO_USAGE_STATS": "1",
}
"""Variables of the environment, and the value that sends nothing."""


def switch_off() -> None:
    """Sets the switches for this process and those that it starts."""
    os.environ.update(SWITCHES)
