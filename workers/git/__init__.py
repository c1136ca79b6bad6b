"""Git: mirrors, trees, diffs, history. The only user of pygit2, and of the git command line."""

from workers.git.commits import (
    Found,
    Hunk,
    Span,
    hunks,
    of_lines,
    of_paths,
    of_text,
    saying,
)
from workers.git.commits import Lines as CommitLines
from workers.git.commits import Told as CommitTold
from workers.git.diff import Shown, shown
from workers.git.export import Exported, export
from workers.git.fetch import discard, fetch, mirror_path
from workers.git.history import Commit, history, uncommitted
from workers.git.lines import Altered, altered, blob_text, first_altered, follow
from workers.git.links import permalink
from workers.git.log import Logged, Touched, boundary, log, newest
from workers.git.message import said
from workers.git.mirror import (
    Change,
    CorruptMirror,
    Mirror,
    TreeEntry,
    blob_at,
    changed,
    default_branch,
    holds,
    parted,
    read_blob,
    resolve,
    tree,
)
from workers.git.patches import Patched, newest_first, patches
from workers.git.paths import raw_path, text_path
from workers.git.run import Credentials, GitFailed
from workers.git.source import Source, source_of
from workers.git.tags import Tag, first_release, release_before, tag_of, tags

__all__ = [
    "Altered",
    "Change",
    "Commit",
    "CommitLines",
    "CommitTold",
    "CorruptMirror",
    "Credentials",
    "Exported",
    "Found",
    "GitFailed",
    "Hunk",
    "Logged",
    "Mirror",
    "Patched",
    "Shown",
    "Source",
    "Span",
    "Tag",
    "Touched",
    "TreeEntry",
    "altered",
    "blob_at",
    "blob_text",
    "boundary",
    "changed",
    "default_branch",
    "discard",
    "export",
    "fetch",
    "first_altered",
    "first_release",
    "follow",
    "history",
    "holds",
    "hunks",
    "log",
    "mirror_path",
    "newest",
    "newest_first",
    "of_lines",
    "of_paths",
    "of_text",
    "parted",
    "patches",
    "permalink",
    "raw_path",
    "read_blob",
    "release_before",
    "resolve",
    "said",
    "saying",
    "shown",
    "source_of",
    "tag_of",
    "tags",
    "text_path",
    "tree",
    "uncommitted",
]
