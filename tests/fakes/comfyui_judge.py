"""How a ComfyUI server judges a graph: in the words of its `execution.py`."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.comfyui_nodes import Info


def judge(
    prompt: Mapping[str, Any], infos: Mapping[str, Info], has_file: Callable[[str], bool]
) -> Info | None:
    """What a server answers to a graph that it does not take; None if it takes it."""
    for node_id, node in prompt.items():
        if node.get("class_type") not in infos:
            title = node.get("_meta", {}).get("title", node.get("class_type"))
            message = f"Node '{title}' not found. The custom node may not be installed."
            return _refusal("missing_node_type", message, f"Node ID '#{node_id}'")
    if not any(infos[node["class_type"]]["output_node"] for node in prompt.values()):
        return _refusal("prompt_no_outputs", "Prompt has no outputs", "")
    node_errors = {}
    for node_id, node in prompt.items():
        reasons = _reasons(node, prompt, infos, has_file)
        if reasons:
            kind = node["class_type"]
            node_errors[node_id] = {"errors": reasons, "dependent_outputs": [], "class_type": kind}
    if not node_errors:
        return None
    message = "Prompt outputs failed validation"
    return {**_refusal("prompt_outputs_failed_validation", message, ""), "node_errors": node_errors}


def _refusal(kind: str, message: str, details: str) -> Info:
    error = {"type": kind, "message": message, "details": details, "extra_info": {}}
    return {"error": error, "node_errors": {}}


def _reasons(
    node: Info,
    prompt: Mapping[str, Any],
    infos: Mapping[str, Info],
    has_file: Callable[[str], bool],
) -> list[Info]:
    inputs = node["inputs"]
    groups = infos[node["class_type"]]["input"]
    reasons = []
    for group in ("required", "optional"):
        for name, spec in _expanded(groups.get(group, {}), inputs).items():
            if name not in inputs:
                if group == "required":
                    reasons.append(_reason("Required input is missing", name))
                continue
            told = _wrong(name, spec, inputs[name], prompt, infos)
            if told is not None:
                reasons.append(told)
    if node["class_type"] == "LoadImage" and not has_file(str(inputs.get("image"))):
        details = f"image - Invalid image file: {inputs.get('image')}"
        reasons.append(_reason("Custom validation failed for node", details))
    return reasons


def _expanded(specs: Info, inputs: Mapping[str, Any], prefix: str = "") -> Info:
    """With the inputs that a dynamic combo's chosen option brings, under dotted names."""
    every: Info = {}
    for short, spec in specs.items():
        name = prefix + short
        every[name] = spec
        if spec[0] == "COMFY_DYNAMICCOMBO_V3":
            for option in spec[1]["options"]:
                if option["key"] == inputs.get(name):
                    every |= _expanded(option["inputs"]["required"], inputs, f"{name}.")
    return every


def _wrong(
    name: str, spec: Any, value: Any, prompt: Mapping[str, Any], infos: Mapping[str, Info]
) -> Info | None:
    kind, options = spec[0], (spec[1] if len(spec) > 1 else {})
    if isinstance(value, list):
        if len(value) != 2:
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            return _reason(message, name)
        given = infos[prompt[value[0]]["class_type"]]["output"][value[1]]
        if isinstance(kind, list) or given not in kind.split(","):
            details = f"{name}, received_type({given}) mismatch input_type({kind})"
            return _reason("Return type mismatch between linked nodes", details)
        return None
    if kind in ("INT", "FLOAT"):
        value = (int if kind == "INT" else float)(value)
    if "min" in options and value < options["min"]:
        return _reason(f"Value {value} smaller than min of {options['min']}", name)
    if "max" in options and value > options["max"]:
        return _reason(f"Value {value} bigger than max of {options['max']}", name)
    choices = _listed(kind, options)
    if choices is not None and value not in choices and not options.get("image_upload"):
        return _reason("Value not in list", f"{name}: {value!r} not in {choices}")
    return None


def _listed(kind: Any, options: Info) -> list[Any] | None:
    if kind == "COMFY_DYNAMICCOMBO_V3":
        return [option["key"] for option in options["options"]]
    listed = options.get("options") if kind == "COMBO" else kind
    return listed if isinstance(listed, list) else None


def _reason(message: str, details: str) -> Info:
    return {"type": "", "message": message, "details": details, "extra_info": {}}
