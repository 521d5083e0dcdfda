"""Writes knowledge/gloss_shared.tsv: how often the words that several languages share stand in each, by our training lines.

``python scripts/language_words.py``, when the glossaries or data/ have grown much. knowledge/gloss.py tells languages by it.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from knowledge import facts  # noqa: E402
from knowledge.gloss import SHARED, Glosser  # noqa: E402
from knowledge.languages import LANGUAGES, TRANSLATIONS  # noqa: E402
from knowledge.text import fold  # noqa: E402

LEAST = 0.05  # a smaller share is chance: a foreign word in a line


def counts() -> dict[str, Counter[str]]:
    """How often each word stands in the training lines of each language."""
    found: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for file in sorted((ROOT / "data").glob("nlu*.yml")):
        language = next((one for one in TRANSLATIONS if file.stem.endswith(f"_{one}")), LANGUAGES[0])
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            found[language].update(re.findall(r"[^\W\d_]+", fold(block["examples"].replace("'", " "))))
    return found


def main() -> None:
    """Writes the file, most shared words first."""
    seen, glosser = counts(), Glosser(facts.load())
    totals = {language: sum(words.values()) for language, words in seen.items()}
    known = {word for words in seen.values() for word in words} | glosser.known
    lines = []
    for word in filter(str.isalpha, sorted(known)):
        having = [n for n in LANGUAGES if seen[n][word] or glosser.is_word(word, n)]
        rates = {n: (seen[n][word] + 0.2) / totals[n] if n in having else 0.0 for n in LANGUAGES}
        if len(having) > 1:
            shares = {n: rate / sum(rates.values()) for n, rate in rates.items()}
            lines.append("\t".join([word, *(f"{s if s >= LEAST else 0:.2f}" for s in shares.values())]))
    SHARED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{SHARED.name}: {len(lines)} words")


if __name__ == "__main__":
    main()
