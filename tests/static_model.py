"""A static model of a few words, so that a local embedding model needs no download."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from model2vec import StaticModel
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

TOPICS = (
    "connection keepalive socket sockets idle close pool",
    "template render html escape context page",
    "password salt digest hash verify algorithm",
)


def save_static_model(folder: Path, topics: tuple[str, ...] = TOPICS) -> str:
    """Words of a topic have the same vector; other words have none. Return the folder's name."""
    words = {"[UNK]": np.zeros(len(topics))}
    for number, topic in enumerate(topics):
        words |= {word: np.eye(len(topics))[number] for word in topic.split()}
    vocabulary = {word: index for index, word in enumerate(words)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.array(list(words.values()), dtype=np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(folder)
    return str(folder)
