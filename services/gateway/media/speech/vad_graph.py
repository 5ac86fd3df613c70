"""Silero's graph made fit for large batches.

The published graph convolves over time, one call after the other, and a window is only a few steps long: ONNX Runtime
multiplies many small matrices. Here the batch becomes a second axis of space instead, over which the convolutions do
not reach: one large product for all calls, more than twice as fast for a hundred of them, with the same results
(`bench/vad.py`).
"""

from pathlib import Path
from typing import Any

import numpy as np

_CONVOLUTIONS = 5
"""In every branch of the graph, which has one for each rate: the spectrum's and the encoder's four."""


def batched(path: Path) -> bytes:
    """Read the model and rewrite it; ValueError when it is another one."""
    import onnx  # noqa: PLC0415 - needed once, while loading

    model = onnx.load(str(path))
    branches = [a.g for node in model.graph.node if node.op_type == "If" for a in node.attribute]
    if len(branches) != 2 or any(_rewrite(branch) != _CONVOLUTIONS for branch in branches):
        raise ValueError(f"{path.name} is not the Silero VAD that is known here")
    data: bytes = model.SerializeToString()
    return data


def _rewrite(graph: Any) -> int:
    """Rewrite one branch; return how many convolutions were found."""
    constants = {node.output[0]: node for node in graph.node if node.op_type == "Constant"}
    nodes: list[Any] = []
    found = 0
    for node in graph.node:
        if node.op_type == "Unsqueeze" and node.name.endswith("stft/Unsqueeze"):
            nodes += _in_front(node)
        elif node.op_type == "Conv" and ("/stft/" in node.name or "/encoder/" in node.name):
            _widen(node, constants[node.input[1]])
            nodes.append(node)
            found += 1
        elif node.op_type == "Relu" and "/encoder/3/" in node.name:
            nodes += _behind(node)
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    return found


def _in_front(node: Any) -> list[Any]:
    """(calls, samples) → (1, 1, calls, samples), in the place of (calls, 1, samples)."""
    axes = f"{node.name}_axes"
    node.input[1] = axes
    return [_constant(axes, [0, 1]), node]


def _widen(node: Any, weights: Any) -> None:
    """Make a convolution over time one over calls and time, whose kernel is one call wide."""
    from onnx import numpy_helper  # noqa: PLC0415 - as above

    tensor = weights.attribute[0].t
    kernel = numpy_helper.to_array(tensor)[:, :, None, :]
    tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(kernel), tensor.name))
    for attribute in node.attribute:
        values = list(attribute.ints)
        if attribute.name in ("kernel_shape", "strides", "dilations"):
            attribute.ints[:] = [1, *values]
        elif attribute.name == "pads":
            attribute.ints[:] = [0, values[0], 0, values[1]]


def _behind(node: Any) -> list[Any]:
    """(1, channels, calls, 1) → (calls, channels, 1), as what follows expects it."""
    from onnx import helper  # noqa: PLC0415 - as above

    result = node.output[0]
    wide, axis, narrow = (f"{result}_{part}" for part in ("wide", "axis", "narrow"))
    node.output[0] = wide
    return [
        node,
        _constant(axis, [0]),
        helper.make_node("Squeeze", [wide, axis], [narrow]),
        helper.make_node("Transpose", [narrow], [result], perm=[1, 0, 2]),
    ]


def _constant(name: str, values: list[int]) -> Any:
    from onnx import helper, numpy_helper  # noqa: PLC0415 - as above

    value = numpy_helper.from_array(np.array(values, np.int64))
    return helper.make_node("Constant", [], [name], value=value)
