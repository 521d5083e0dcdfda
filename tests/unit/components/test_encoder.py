"""The ONNX graph computes what the published weights say; other weights are refused."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from scipy.special import erf, softmax
from tokenizers import Tokenizer

from components.encoder import (
    EncoderError,
    SentenceEncoder,
    checked_weights,
    model_folder,
    ordinary_words,
)
from components.encoder_graph import BIAS, JUDGE, LOOK, build_graph, quantised

SENTENCES = [
    "Can a US pharmacist get a permit?",
    "¿Qué documentos necesito? 日本",
    "fees",
    "Do I need a CAQ for Quebec, and how long does the work permit last if my employer changes?",
]


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    return checked_weights(model_folder())


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.from_weights()


def plain_forward(w: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    """The vector of one sentence by the textbook: BERT (Devlin et al. 2018), mean of pieces, length one."""

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-12)
        return x * w[f"{name}.weight"] + w[f"{name}.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[f"{name}.weight"].T.astype(np.float64) + w[f"{name}.bias"]

    x = w["embeddings.word_embeddings.weight"][ids].astype(np.float64)
    x += w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for number in range(6):
        at = f"encoder.layer.{number}"
        query, key, value = (dense(x, f"{at}.attention.self.{part}") for part in ("query", "key", "value"))
        heads = []
        for h in range(12):
            part = slice(h * 32, h * 32 + 32)
            heads.append(softmax(query[:, part] @ key[:, part].T / np.sqrt(32), axis=-1) @ value[:, part])
        attended = dense(np.concatenate(heads, axis=1), f"{at}.attention.output.dense")
        x = norm(x + attended, f"{at}.attention.output.LayerNorm")
        inner = dense(x, f"{at}.intermediate.dense")
        inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
        x = norm(x + dense(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    mean = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


def test_the_graph_agrees_with_a_plain_forward_pass_also_beside_longer_sentences(
    weights: dict[str, np.ndarray],
) -> None:
    graph = build_graph(weights)
    onnx.checker.check_model(graph)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    pieces = [tokenizer.encode(sentence).ids for sentence in SENTENCES]
    longest = max(map(len, pieces))
    ids = np.array([p + [0] * (longest - len(p)) for p in pieces], dtype=np.int64)
    mask = np.array([[1.0] * len(p) + [0.0] * (longest - len(p)) for p in pieces], dtype=np.float32)
    positions = np.tile(np.arange(longest, dtype=np.int64), (len(pieces), 1))
    (found,) = session.run(None, {"ids": ids, "positions": positions, "mask": mask})
    expected = np.vstack([plain_forward(weights, p) for p in pieces])
    assert len({len(p) for p in pieces}) > 1
    assert np.abs(found - expected).max() < 1e-5


@pytest.fixture(scope="module")
def listening(weights: dict[str, np.ndarray], encoder: SentenceEncoder) -> SentenceEncoder:
    """The published encoder with two made-up listeners."""
    random = np.random.default_rng(7)
    made_up = {name: random.normal(0, 0.3, (2, 384)).astype(np.float32) for name in (LOOK, JUDGE)}
    graph = build_graph({**weights, **made_up, BIAS: np.array([0.5, -1], np.float32)}, ["ask_fees", "ask_caq"])
    return SentenceEncoder(quantised(graph), encoder.tokenizer_json)


def test_listeners_look_at_every_piece_and_tell_how_likely_and_where(
    listening: SentenceEncoder, weights: dict[str, np.ndarray], encoder: SentenceEncoder
) -> None:
    vector, heard = listening.listen(SENTENCES[3])
    assert [one.topic for one in heard] == ["ask_fees", "ask_caq"]
    assert all(0 < one.likelihood < 1 and 0 <= one.place < 30 for one in heard)
    assert np.abs(vector - encoder.encode([SENTENCES[3]])[0]).max() < 1e-5


def test_a_listener_that_sees_the_same_everywhere_says_so_in_the_middle(
    weights: dict[str, np.ndarray], encoder: SentenceEncoder
) -> None:
    blind = {LOOK: np.zeros((1, 384), np.float32), JUDGE: np.zeros((1, 384), np.float32)}
    graph = build_graph({**weights, **blind, BIAS: np.array([np.log(3)], np.float32)}, ["ask_fees"])
    listens = SentenceEncoder(graph.SerializeToString(), encoder.tokenizer_json)
    (heard,) = listens.listen("fees")[1]  # three pieces: beginning, word, end
    assert heard.likelihood == pytest.approx(0.75) and heard.place == pytest.approx(1.0)


def test_without_listeners_nothing_is_heard(encoder: SentenceEncoder) -> None:
    vector, heard = encoder.listen("fees")
    assert heard == [] and np.abs(vector - encoder.encode(["fees"])[0]).max() < 1e-6


def test_a_quantised_vector_is_nearest_to_its_own_full_one(
    encoder: SentenceEncoder, weights: dict[str, np.ndarray]
) -> None:
    full = SentenceEncoder(build_graph(weights).SerializeToString(), encoder.tokenizer_json)
    alike = encoder.encode(SENTENCES) @ full.encode(SENTENCES).T
    assert alike.argmax(axis=1).tolist() == [0, 1, 2, 3] and alike.diagonal().min() > 0.9
    assert len(encoder.graph) < 25_000_000


def test_vectors_have_length_one_and_384_numbers(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode([*SENTENCES, "", "a" * 5000])
    assert vectors.shape == (6, 384) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_sentence_gives_no_vector(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_a_text_is_cut_at_128_word_pieces(encoder: SentenceEncoder) -> None:
    words = "fee " * 126  # with the two marks of a sentence 128 pieces
    short, long, shorter = encoder.encode([words, words + "permit " * 300, "fee " * 100 + "permit " * 26])
    assert np.allclose(short, long, atol=1e-5)
    assert not np.allclose(short, shorter, atol=1e-3)


def test_sentences_of_like_meaning_are_nearer_than_others(encoder: SentenceEncoder) -> None:
    cost, fees, family = encoder.encode(["What does it cost?", "How much are the fees?", "Can my wife come?"])
    assert cost @ fees > cost @ family + 0.2


def test_an_encoder_rebuilt_from_its_bytes_gives_the_same_vectors(encoder: SentenceEncoder) -> None:
    again = SentenceEncoder(encoder.graph, encoder.tokenizer_json)
    assert np.array_equal(again.encode(SENTENCES), encoder.encode(SENTENCES))


def test_weights_with_another_hash_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the published weights")
    with pytest.raises(EncoderError, match=r"model\.safetensors has SHA-256 \w{64}, expected 53aa5117"):
        SentenceEncoder.from_weights(str(tmp_path))


def test_a_package_that_is_not_installed_is_refused_by_name() -> None:
    with pytest.raises(EncoderError, match="'no_such_encoder'"):
        model_folder("no_such_encoder")


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert model_folder(str(tmp_path)) == tmp_path


def test_ordinary_words_are_whole_everyday_words() -> None:
    words = ordinary_words()
    assert {"minister", "register", "coffee"} <= words
    assert all(word.isalpha() and len(word) >= 4 for word in words)
