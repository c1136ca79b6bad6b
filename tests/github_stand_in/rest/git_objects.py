"""The Git Data API over a real repository: blobs, trees, commits, references, contents."""

from __future__ import annotations

import base64
import binascii

from tests.github_stand_in.bare import Bare
from tests.github_stand_in.rest.call import REPOSITORY, Answer, Call, Denied, Json, Table, invalid
from tests.github_stand_in.threads import now
from tests.github_stand_in.world import Repository

_WORKFLOWS = ".github/workflows/"


def _open(call: Call, level: str = "read") -> tuple[Repository, Bare]:
    """409 for what has no commits yet."""
    repository = call.repository("contents", level)
    if repository.git is None or not repository.bare.git("for-each-ref", "--count=1"):
        raise Denied(409, "Git Repository is empty.")
    return repository, repository.bare


def create_blob(call: Call) -> Answer:
    _, bare = _open(call, "write")
    content, encoding = call.body["content"], call.body.get("encoding", "utf-8")
    try:
        raw = base64.b64decode(content) if encoding == "base64" else content.encode()
    except binascii.Error as error:
        raise invalid("content is not valid Base64") from error
    sha = bare.git("hash-object", "-w", "--stdin", stdin=raw)
    return 201, call.example(201) | {"sha": sha}


def blob(call: Call) -> Answer:
    _, bare = _open(call)
    sha = call.text("file_sha")
    if bare.kind(sha) != "blob":
        raise Denied(404, "Not Found")
    raw = bare.read(sha) or b""
    encoded = base64.b64encode(raw).decode()
    shown = {"sha": sha, "size": len(raw), "content": encoded, "encoding": "base64"}
    return 200, call.example() | shown


def create_tree(call: Call) -> Answer:
    _, bare = _open(call, "write")
    lines = _base_lines(bare, call.body.get("base_tree"))
    for entry in call.body["tree"]:
        path = entry.get("path", "")
        if not path or path.startswith("/") or ".." in path.split("/") or ".git" in path.split("/"):
            raise invalid(f"tree.path contains a malformed path component: {path}")
        if path.startswith(_WORKFLOWS):
            _may_change_workflows(call)
        _enter(bare, lines, entry)
    sha = bare.tree(lines)
    return 201, call.example(201) | {"sha": sha, "tree": _entries(bare, sha), "truncated": False}


def _base_lines(bare: Bare, base: str | None) -> dict[str, tuple[str, str]]:
    """Mode and object by path."""
    if base is None:
        return {}
    if bare.kind(base) not in {"tree", "commit"}:
        raise invalid("base_tree is not a valid tree oid")
    rows = (line.split("\t", 1) for line in bare.git("ls-tree", "-rz", base).split("\0") if line)
    return {path: (facts.split()[0], facts.split()[2]) for facts, path in rows}


def _enter(bare: Bare, lines: dict[str, tuple[str, str]], entry: Json) -> None:
    path = entry["path"]
    if "content" in entry:
        sha = bare.git("hash-object", "-w", "--stdin", stdin=entry["content"].encode())
    elif entry.get("sha", "") is None:
        if lines.pop(path, None) is None:
            raise invalid("tree.sha is null for a path that is not in base_tree: GitRPC::BadObject")
        return
    else:
        sha = entry.get("sha", "")
        if bare.kind(sha) != "blob":
            raise invalid("tree.sha is not a valid object")
    lines[path] = (entry.get("mode", "100644"), sha)


def tree(call: Call) -> Answer:
    _, bare = _open(call)
    sha = call.text("tree_sha")
    if bare.kind(sha) not in {"tree", "commit"}:
        raise Denied(404, "Not Found")
    real = bare.git("rev-parse", f"{sha}^{{tree}}")
    rows = _entries(bare, real, recursive=bool(call.query.get("recursive")))
    return 200, call.example() | {"sha": real, "tree": rows, "truncated": False}


def _entries(bare: Bare, sha: str, *, recursive: bool = False) -> list[Json]:
    options = ("-rtz",) if recursive else ("-z",)
    rows = (line.split("\t", 1) for line in bare.git("ls-tree", *options, sha).split("\0") if line)
    return [
        {"path": path, "mode": mode, "type": kind, "sha": found}
        for (mode, kind, found), path in ((facts.split(), path) for facts, path in rows)
    ]


def create_commit(call: Call) -> Answer:
    """Signed by GitHub, and so verified, if it is the App's and names nobody itself."""
    _, bare = _open(call, "write")
    parents = call.body.get("parents", [])
    if bare.kind(call.body["tree"]) != "tree":
        raise invalid("Tree SHA does not exist")
    if any(bare.kind(parent) != "commit" for parent in parents):
        raise invalid("Parent SHA does not exist or is not a commit object")
    flags = [word for parent in parents for word in ("-p", parent)]
    message = call.body["message"].encode()
    sha = bare.git("commit-tree", call.body["tree"], *flags, stdin=message)
    if not {"author", "committer", "signature"} & call.body.keys():
        call.webhooks.verified.add(sha)
    return 201, _commit(call, bare, sha, 201)


def commit(call: Call) -> Answer:
    _, bare = _open(call)
    if bare.kind(call.text("commit_sha")) != "commit":
        raise Denied(404, "Not Found")
    return 200, _commit(call, bare, call.text("commit_sha"), 200)


def _commit(call: Call, bare: Bare, sha: str, status: int) -> Json:
    tree_sha, parents, message = bare.git("show", "-s", "--format=%T%n%P%n%B", sha).split("\n", 2)
    example: Json = call.example(status)
    verified = sha in call.webhooks.verified
    verification = example["verification"] | {
        "verified": verified,
        "reason": "valid" if verified else "unsigned",
        "verified_at": now() if verified else None,
    }
    return example | {
        "sha": sha,
        "message": message.strip("\n"),
        "tree": example["tree"] | {"sha": tree_sha},
        "parents": [example["parents"][0] | {"sha": parent} for parent in parents.split()],
        "verification": verification,
    }


def ref(call: Call) -> Answer:
    _, bare = _open(call)
    sha = bare.resolve(f"refs/{call.text('ref')}")
    if sha is None:
        raise Denied(404, "Not Found")
    return 200, _reference(call.example(), f"refs/{call.text('ref')}", sha)


def matching(call: Call) -> Answer:
    _, bare = _open(call)
    rows = bare.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    example, wanted = call.example()[0], f"refs/{call.text('ref')}"
    found = [row.split() for row in rows if row.startswith(wanted)]
    return 200, [_reference(example, name, sha) for name, sha in found]


def create_ref(call: Call) -> Answer:
    repository, bare = _open(call, "write")
    name, sha = call.body["ref"], call.body["sha"]
    if not name.startswith("refs/") or name.count("/") < 2:
        raise invalid("Reference name must start with 'refs/' and have at least two slashes")
    if bare.resolve(name) is not None:
        raise Denied(422, "Reference already exists")
    _move(call, repository, name, None, sha)
    return 201, _reference(call.example(201), name, sha)


def update_ref(call: Call) -> Answer:
    repository, bare = _open(call, "write")
    name, sha = f"refs/{call.text('ref')}", call.body["sha"]
    old = bare.resolve(name)
    if old is None:
        raise Denied(422, "Reference does not exist")
    if not call.body.get("force") and not (bare.resolve(sha) and bare.is_ancestor(old, sha)):
        raise Denied(422, "Update is not a fast forward")
    _move(call, repository, name, old, sha)
    return 200, _reference(call.example(), name, sha)


def delete_ref(call: Call) -> Answer:
    repository, bare = _open(call, "write")
    name = f"refs/{call.text('ref')}"
    old = bare.resolve(name)
    if old is None:
        raise Denied(422, "Reference does not exist")
    if name == f"refs/heads/{repository.default_branch}":
        call.wrong("the default branch is never deleted")
    bare.drop(name)
    call.webhooks.moved(repository, name, old, None, call.writer)
    return 204, None


def _move(call: Call, repository: Repository, name: str, old: str | None, sha: str) -> None:
    bare = repository.bare
    if bare.kind(sha) != "commit":
        raise Denied(422, "Object does not exist")
    if name == f"refs/heads/{repository.default_branch}":
        call.wrong("the App must never write to the default branch")
    begin = old or bare.resolve(f"refs/heads/{repository.default_branch}")
    changed = bare.git("diff", "--name-only", begin, sha).splitlines() if begin else []
    if any(path.startswith(_WORKFLOWS) for path in changed):
        _may_change_workflows(call)
    bare.point(name, sha)
    _follow(repository, name, sha)
    call.webhooks.moved(repository, name, old, sha, call.writer)


def _follow(repository: Repository, name: str, sha: str) -> None:
    """Open pull requests of this branch have a new head."""
    for thread in repository.threads.values():
        pull = thread.pull
        if pull is None or thread.state != "open" or pull.source is not repository:
            continue
        if name == f"refs/heads/{pull.head}":
            pull.head_sha = sha
            repository.bare.point(f"refs/pull/{thread.number}/head", sha)


def _may_change_workflows(call: Call) -> None:
    if not call.token().may("workflows", "write"):
        raise Denied(
            403, "refusing to allow a GitHub App to create or update workflow without `workflows`"
        )


def _reference(example: Json, name: str, sha: str) -> Json:
    return example | {"ref": name, "object": example["object"] | {"type": "commit", "sha": sha}}


def branch(call: Call) -> Answer:
    _, bare = _open(call)
    sha = bare.resolve(f"refs/heads/{call.text('branch')}")
    if sha is None:
        raise Denied(404, "Branch not found")
    example: Json = call.example()
    return 200, example | {"name": call.text("branch"), "commit": example["commit"] | {"sha": sha}}


def contents(call: Call) -> Answer:
    """Of a file. Folders are read with git."""
    repository, bare = _open(call)
    path = call.text("path")
    raw = bare.read(f"{call.query.get('ref') or repository.default_branch}:{path}")
    if raw is None:
        raise Denied(404, "Not Found")
    example: Json = call.example()
    return 200, example | {
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "size": len(raw),
        "content": base64.encodebytes(raw).decode(),
    }


_GIT = f"{REPOSITORY}/git"
TABLE: Table = {
    ("GET", f"{REPOSITORY}/branches/{{branch}}"): branch,
    ("GET", f"{REPOSITORY}/contents/{{path}}"): contents,
    ("POST", f"{_GIT}/blobs"): create_blob,
    ("GET", f"{_GIT}/blobs/{{file_sha}}"): blob,
    ("POST", f"{_GIT}/trees"): create_tree,
    ("GET", f"{_GIT}/trees/{{tree_sha}}"): tree,
    ("POST", f"{_GIT}/commits"): create_commit,
    ("GET", f"{_GIT}/commits/{{commit_sha}}"): commit,
    ("GET", f"{_GIT}/ref/{{ref}}"): ref,
    ("GET", f"{_GIT}/matching-refs/{{ref}}"): matching,
    ("POST", f"{_GIT}/refs"): create_ref,
    ("PATCH", f"{_GIT}/refs/{{ref}}"): update_ref,
    ("DELETE", f"{_GIT}/refs/{{ref}}"): delete_ref,
}
