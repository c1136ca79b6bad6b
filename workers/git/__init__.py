"""Git: mirrors, trees, diffs, history. The only user of pygit2, and of the git command line."""

from workers.git.fetch import discard, fetch, mirror_path
from workers.git.history import Commit, history, uncommitted
from workers.git.links import permalink
from workers.git.log import Logged, Touched, boundary, log, newest
from workers.git.mirror import (
    Change,
    CorruptMirror,
    Mirror,
    TreeEntry,
    blob_at,
    changed,
    default_branch,
    read_blob,
    resolve,
    tree,
)
from workers.git.paths import raw_path, text_path
from workers.git.run import Credentials
from workers.git.source import Source, source_of

__all__ = [
    "Change",
    "Commit",
    "CorruptMirror",
    "Credentials",
    "Logged",
    "Mirror",
    "Source",
    "Touched",
    "TreeEntry",
    "blob_at",
    "boundary",
    "changed",
    "default_branch",
    "discard",
    "fetch",
    "history",
    "log",
    "mirror_path",
    "newest",
    "permalink",
    "raw_path",
    "read_blob",
    "resolve",
    "source_of",
    "text_path",
    "tree",
    "uncommitted",
]
