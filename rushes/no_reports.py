"""Libraries that would report home are told not to, before any of them is loaded."""

import os

_SILENCE = {
    # ONNX Runtime: which models are loaded, and on what machine.
    "ORT_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DO_NOT_TRACK": "1",
}


def send_no_reports() -> None:
    """For this process and those that it starts."""
    os.environ.update(_SILENCE)
