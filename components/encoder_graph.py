"""The sentence encoder as an ONNX graph, made from its weights when the assistant is trained.

Word, position and type embeddings, six layers of 12 heads with erf-GELU, mean pooling, L2 norm (Reimers and Gurevych 2019);
then, if the weights have them, the listeners of scripts/tune_encoder.py. Quantised to int8 it is 23 MB.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from components.encoder import TOPICS, WIDTH

HEADS, LAYERS = 12, 6
LOOK, JUDGE, BIAS = "topics.look.weight", "topics.judge.weight", "topics.judge.bias"
EXACT = ["look", "judge"]  # not quantised: next to nothing to win, and limits hang on what they say


class _Graph:
    """Collects nodes and constants of an ONNX graph under running names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def __call__(self, operation: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def called(self, output: str, operation: str, *inputs: str, **attributes: Any) -> str:
        """A node that has this name, as has its output."""
        self.nodes.append(helper.make_node(operation, list(inputs), [output], output, **attributes))
        return output


def build_graph(weights: dict[str, np.ndarray], topics: Sequence[str] = ()) -> onnx.ModelProto:
    """The encoder as an ONNX model: ids, positions, mask (all [batch, length]) → unit vectors [batch, 384].

    With listeners for these topics among the weights also ``odds``, the log-odds that each of them is asked, and ``places``,
    the word piece at which it is heard, on average; both [batch, topics].
    """
    g = _Graph()
    number = lambda value: g.constant(np.array(value, dtype=np.float32))  # noqa: E731
    shape = lambda *sizes: g.constant(np.array(sizes, dtype=np.int64))  # noqa: E731

    def norm(x: str, name: str) -> str:
        scale, bias = (g.constant(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return g("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)

    def linear(x: str, name: str) -> str:
        product = g("MatMul", x, g.constant(weights[f"{name}.weight"].T))
        return g("Add", product, g.constant(weights[f"{name}.bias"]))

    def heads(x: str, order: Sequence[int]) -> str:
        return g("Transpose", g("Reshape", x, shape(0, 0, HEADS, WIDTH // HEADS)), perm=list(order))

    words = g("Gather", g.constant(weights["embeddings.word_embeddings.weight"]), "ids")
    typed = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    x = norm(g("Add", words, g("Gather", g.constant(typed), "positions")), "embeddings.LayerNorm")
    hidden = g("Mul", g("Sub", "mask", number(1.0)), number(1e9))
    bias = g("Unsqueeze", hidden, shape(1, 2))
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        query, key, value = (linear(x, f"{at}.attention.self.{part}") for part in ("query", "key", "value"))
        scores = g("MatMul", heads(query, (0, 2, 1, 3)), heads(key, (0, 2, 3, 1)))
        scaled = g("Add", g("Mul", scores, number((WIDTH / HEADS) ** -0.5)), bias)
        mixed = g("MatMul", g("Softmax", scaled, axis=-1), heads(value, (0, 2, 1, 3)))
        joined = g("Reshape", g("Transpose", mixed, perm=[0, 2, 1, 3]), shape(0, 0, WIDTH))
        x = norm(
            g("Add", x, linear(joined, f"{at}.attention.output.dense")), f"{at}.attention.output.LayerNorm"
        )
        inner = linear(x, f"{at}.intermediate.dense")
        erf = g("Add", g("Erf", g("Mul", inner, number(0.5**0.5))), number(1.0))
        gelu = g("Mul", g("Mul", inner, number(0.5)), erf)
        x = norm(g("Add", x, linear(gelu, f"{at}.output.dense")), f"{at}.output.LayerNorm")
    column = g("Unsqueeze", "mask", shape(2))
    total = g("ReduceSum", g("Mul", x, column), shape(1), keepdims=0)
    mean = g("Div", total, g("ReduceSum", column, shape(1), keepdims=0))
    length = g("Sqrt", g("ReduceSum", g("Mul", mean, mean), shape(1), keepdims=1))
    g.called("vectors", "Div", mean, length)
    if topics:
        scores = g.called("look", "MatMul", x, g.constant(weights[LOOK].T))
        shares = g("Softmax", g("Add", scores, g("Unsqueeze", hidden, shape(2))), axis=1)
        speaks = g.called("judge", "MatMul", x, g.constant(weights[JUDGE].T))
        heard = g("ReduceSum", g("Mul", shares, speaks), shape(1), keepdims=0)
        g.called("odds", "Add", heard, g.constant(weights[BIAS]))
        steps = g("Unsqueeze", g("Cast", "positions", to=TensorProto.FLOAT), shape(2))
        g.called("places", "ReduceSum", g("Mul", shares, steps), shape(1), keepdims=0)
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
        helper.make_tensor_value_info("positions", TensorProto.INT64, ["batch", "length"]),
        helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", "length"]),
    ]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", WIDTH])]
    for name in ("odds", "places") if topics else ():
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", len(topics)]))
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", inputs, outputs, g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {TOPICS: json.dumps(list(topics))})
    return model


def quantised(model: onnx.ModelProto) -> bytes:
    """The model with int8 weights, as the bytes of an ONNX file.

    A scale for each channel and seven bits keep the vectors within a cosine of 0.99 of the exact ones, on processors with
    and without VNNI; one scale a tensor gave 0.96.
    """
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder) / "full.onnx", Path(folder) / "int8.onnx"
        onnx.save(model, str(full))
        quantize_dynamic(
            str(full),
            str(small),
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=EXACT,
            per_channel=True,
            reduce_range=True,
        )
        result = onnx.load(str(small))
        helper.set_model_props(result, {prop.key: prop.value for prop in model.metadata_props})
        return bytes(result.SerializeToString())
