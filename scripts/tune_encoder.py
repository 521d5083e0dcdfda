"""Teaches the sentence encoder our questions: ``make encoder``, by hand, when data/ has grown much (about 25 minutes, 2 cores).

The encoder is trained on, from the layers and listeners that encoder/tuned.safetensors has (the published layers and new
listeners, if there is none: then for longer), on every line of data/nlu*.yml and on lines joined by chance. Two things learn
with it: a softmax over the topics on the vector of the message, and *listeners*, one for each topic, which look at every word
piece and tell whether that topic is asked anywhere in the message. The word embeddings stay as published. The layers and the
listeners are written to ``encoder/tuned.safetensors``
(float16) with a hash for config.yml; ``rasa train`` then fits its linear models on the vectors. The seed is fixed. torch is not
in uv.lock: `make encoder` installs it in .tools, apart from Rasa. The lines come from a JSON file that Rasa's environment writes
(``scripts/training_lines.py``).
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import torch
from joined_lines import Line, joined
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parent.parent

TUNED = ROOT / "encoder" / "tuned.safetensors"
WIDTH, HEADS, LAYERS, LONGEST = 384, 12, 6, 128
SEED, BATCH, RATE, HEAD_RATE, DECAY = 42, 32, 5e-5, 1e-3, 0.01
EPOCHS, EPOCHS_MORE = 5, 1  # from the published layers, and from those that were taught before
SCALE, DROPOUT, SMOOTHING, WARM_UP, JOINED_SHARE, NEAR = 12.0, 0.1, 0.05, 0.06, 0.5, 40
SELDOM = -4.0  # where the listeners begin: few topics are asked in a message
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "last": "output.LayerNorm",
}


class Encoder(nn.Module):
    """The forward pass of components/encoder.py. ``learned`` names the modules that training changes."""

    def __init__(self, weights: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.words = weights["embeddings.word_embeddings.weight"]
        self.places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.first, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(self._layer() for _ in range(LAYERS))
        self.learned: dict[str, nn.Module] = {"embeddings.LayerNorm": self.first}
        for number, layer in enumerate(self.layers):
            self.learned |= {f"encoder.layer.{number}.{name}": layer[part] for part, name in PARTS.items()}
        for name, module in self.learned.items():
            module.load_state_dict({"weight": weights[f"{name}.weight"], "bias": weights[f"{name}.bias"]})

    @staticmethod
    def _layer() -> nn.ModuleDict:
        square = {part: nn.Linear(WIDTH, WIDTH) for part in ("query", "key", "value", "mixed")}
        norms = {part: nn.LayerNorm(WIDTH, eps=1e-12) for part in ("norm", "last")}
        return nn.ModuleDict(
            {**square, **norms, "inner": nn.Linear(WIDTH, 4 * WIDTH), "outer": nn.Linear(4 * WIDTH, WIDTH)}
        )

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Word pieces and mask, both [n, length], → unit vectors [n, 384] and what each piece became [n, length, 384]."""
        many, long = ids.shape
        x = self.drop(self.first(self.words[ids] + self.places[:long]))
        seen = mask[:, None, None, :].bool()
        for layer in self.layers:
            heads = [
                layer[p](x).view(many, long, HEADS, -1).transpose(1, 2) for p in ("query", "key", "value")
            ]
            mixed = functional.scaled_dot_product_attention(*heads, attn_mask=seen)
            x = layer["norm"](x + self.drop(layer["mixed"](mixed.transpose(1, 2).reshape(many, long, WIDTH))))
            x = layer["last"](x + self.drop(layer["outer"](functional.gelu(layer["inner"](x)))))
        return functional.normalize((x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True), dim=1), x


class Listeners(nn.Module):
    """For each topic, where to look in a message, and how much what is seen there speaks for it."""

    def __init__(self, topics: int) -> None:
        super().__init__()
        self.look, self.judge = nn.Linear(WIDTH, topics, bias=False), nn.Linear(WIDTH, topics)
        for layer in (self.look, self.judge):
            nn.init.normal_(layer.weight, std=0.02)
        nn.init.constant_(self.judge.bias, SELDOM)

    def take_up(self, weights: dict[str, torch.Tensor], before: Sequence[str], now: Sequence[str]) -> None:
        """Begins with those of before; a new topic has a new one."""
        places = [now.index(topic) for topic in before if topic in now]
        kept = [place for place, topic in enumerate(before) if topic in now]
        with torch.no_grad():
            for name, value in self.state_dict().items():
                value[places] = weights[f"topics.{name}"].float()[kept]

    def forward(self, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Pieces [n, length, 384] → log-odds [n, topics], as components/encoder_graph.py works them out."""
        pieces = functional.dropout(pieces, DROPOUT, self.training)
        shares = self.look(pieces).masked_fill(mask[:, :, None] == 0, -1e9).softmax(1)
        return (shares * self.judge(pieces)).sum(1)


class Teacher:
    """Cuts the examples into batches of like length, anew and shuffled for every epoch."""

    def __init__(self, lines: Sequence[Line], tokenizer: Tokenizer) -> None:
        self.lines, self.tokenizer, self.random = lines, tokenizer, Random(SEED)
        counts = Counter(label for line in lines for label in line.labels)
        self.labels = sorted(counts)
        self.place = {label: place for place, label in enumerate(self.labels)}
        rare = {label: (len(lines) / (len(counts) * count)) ** 0.5 for label, count in counts.items()}
        self.weight = {label: min(3.0, max(0.3, value)) for label, value in rare.items()}

    def epoch(self) -> list[tuple[torch.Tensor, ...]]:
        """All lines and as many joined ones as ``JOINED_SHARE`` says, as batches in a new order."""
        lines = [*self.lines, *joined(self.lines, int(JOINED_SHARE * len(self.lines)), self.random)]
        self.random.shuffle(lines)
        pieces = [encoding.ids for encoding in self.tokenizer.encode_batch([line.text for line in lines])]
        batches = []
        for first in range(0, len(lines), NEAR * BATCH):
            near = sorted(range(first, min(first + NEAR * BATCH, len(lines))), key=lambda i: len(pieces[i]))
            batches += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
        self.random.shuffle(batches)
        return [self._batch([lines[i] for i in rows], [pieces[i] for i in rows]) for rows in batches]

    def _batch(self, lines: Sequence[Line], pieces: Sequence[list[int]]) -> tuple[torch.Tensor, ...]:
        """Word pieces, mask, the topics [n, topics] as shares and as yes or no, and how much each row counts."""
        longest = max(map(len, pieces))
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in pieces])
        mask = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in pieces])
        shares = torch.full((len(lines), len(self.labels)), SMOOTHING / len(self.labels))
        weight = torch.zeros(len(lines))
        for row, line in enumerate(lines):
            for label in line.labels:
                shares[row, self.place[label]] += (1 - SMOOTHING) / len(line.labels)
                weight[row] += self.weight[label] / len(line.labels)
        return ids, mask, shares, (shares > SMOOTHING).float(), weight


def tune(encoder: Encoder, listeners: Listeners, teacher: Teacher, epochs: int) -> None:
    """Trains the layers and the listeners in place, showing how far it is."""
    head = nn.Linear(WIDTH, len(teacher.labels))
    nn.init.normal_(head.weight, std=0.02)
    groups = [{"params": encoder.parameters(), "lr": RATE},
              {"params": [*head.parameters(), *listeners.parameters()], "lr": HEAD_RATE}]  # fmt: skip
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
    started, step = time.monotonic(), 0
    for epoch in range(epochs):
        batches = teacher.epoch()
        steps = epochs * len(batches)
        for ids, mask, shares, asked, weight in batches:
            factor = min(1.0, (step + 1) / (WARM_UP * steps)) * max(0.02, 1 - step / steps)
            optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = (
                RATE * factor,
                HEAD_RATE * factor,
            )
            vectors, pieces = encoder(ids, mask)
            scores = SCALE * head(functional.dropout(vectors, DROPOUT))
            loss = -((shares * functional.log_softmax(scores, 1)).sum(1) * weight).mean()
            heard = listeners(pieces, mask)
            loss += functional.binary_cross_entropy_with_logits(heard, asked, reduction="sum") / len(ids)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            step += 1
            if step % 50 == 0:
                left = (time.monotonic() - started) / step * (steps - step)
                print(
                    f"epoch {epoch + 1} of {epochs}, {step / steps:4.0%}, loss {loss.item():.3f}, {left:.0f} s left",
                    flush=True,
                )


def _topics(file: Path) -> list[str]:
    """Those of the listeners in a file; none if there is no such file."""
    if not file.exists():
        return []
    with safe_open(str(file), "pt") as tensors:
        topics: list[str] = json.loads(tensors.metadata()["topics"])
    return topics


def main() -> None:
    """``tune_encoder.py LINES.json MODEL_FOLDER``: trains, writes the layers and prints their hash for config.yml."""
    torch.manual_seed(SEED)
    lines = [Line(text, tuple(labels)) for text, labels in json.loads(Path(sys.argv[1]).read_text())]
    folder = Path(sys.argv[2])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    weights = load_file(str(folder / "model.safetensors"))
    teacher, before = Teacher(lines, tokenizer), _topics(TUNED)
    if before:
        weights |= {name: tensor.float() for name, tensor in load_file(str(TUNED)).items()}
    encoder, listeners = Encoder(weights), Listeners(len(teacher.labels))
    if before:
        listeners.take_up(weights, before, teacher.labels)
    tune(encoder, listeners, teacher, EPOCHS_MORE if before else EPOCHS)
    learned = encoder.learned | {f"topics.{name}": part for name, part in listeners.named_children()}
    tensors = {f"{name}.{kind}": value.detach().half().contiguous() for name, module in learned.items()
               for kind, value in module.state_dict().items()}  # fmt: skip
    save_file(tensors, str(TUNED), metadata={"topics": json.dumps(teacher.labels)})
    print(f"{TUNED.name}: sha256 {hashlib.sha256(TUNED.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
