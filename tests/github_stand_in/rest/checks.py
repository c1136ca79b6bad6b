"""Check runs: created, brought forward in pieces, found again; their annotations add up."""

from __future__ import annotations

from tests.github_stand_in import shown
from tests.github_stand_in.rest.call import REPOSITORY, Answer, Call, Denied, Json, Table, invalid
from tests.github_stand_in.threads import CheckRun, now
from tests.github_stand_in.world import Repository


def create(call: Call) -> Answer:
    repository = call.repository("checks", "write")
    sha = call.body["head_sha"]
    if repository.git is not None and repository.bare.kind(sha) != "commit":
        raise invalid(f"No commit found for SHA: {sha}")
    suite = 1 + int(sha[:7], 16)
    run = CheckRun(next(call.world.ids), call.body["name"], sha, call.world.slug, suite)
    _change(call, run)
    repository.check_runs[run.id] = run
    call.webhooks.checked(repository, run, "created")
    if run.status == "completed":
        call.webhooks.checked(repository, run, "completed")
    return 201, shown.check_run(call.example(201), run, call.world.app_id)


def change(call: Call) -> Answer:
    repository = call.repository("checks", "write")
    run = _run(call, repository)
    was = run.status
    _change(call, run)
    if run.status == "completed" and was != "completed":
        call.webhooks.checked(repository, run, "completed")
    return 200, shown.check_run(call.example(), run, call.world.app_id)


def _change(call: Call, run: CheckRun) -> None:
    """All or nothing: what is refused has left no annotations."""
    body = call.body
    output = body.get("output") or {}
    _check(body, output)
    for name in ("name", "external_id", "details_url", "started_at", "actions"):
        if name in body:
            setattr(run, name, body[name])
    run.annotations.extend(output.get("annotations", []))
    run.output |= {key: value for key, value in output.items() if key != "annotations"}
    if "status" in body:
        run.status = body["status"]
        run.conclusion = None if run.status != "completed" else run.conclusion
    if body.get("conclusion"):
        run.status, run.conclusion = "completed", body["conclusion"]
        run.completed_at = body.get("completed_at") or now()


def _check(body: Json, output: Json) -> None:
    if body.get("status") == "completed" and not body.get("conclusion"):
        raise invalid("conclusion is required when status is completed")
    if body.get("conclusion") == "stale":
        raise invalid("only GitHub makes a check run stale")
    if len(output.get("annotations", [])) > 50:
        raise invalid("no more than 50 annotations may be sent in one request")
    for name in ("summary", "text"):
        if len((output.get(name) or "").encode()) > 65535:
            raise invalid(f"output.{name} exceeds a maximum bytesize of 65535")
    for row in output.get("annotations", []):
        _check_annotation(row)
    if len(body.get("actions", [])) > 3:
        raise invalid("no more than 3 actions may be given")
    for action in body.get("actions", []):
        _check_action(action)


def _check_annotation(row: Json) -> None:
    if row["start_line"] > row["end_line"] or row["start_line"] < 1:
        raise invalid("start_line must precede or be equal to end_line")
    if row["start_line"] != row["end_line"] and {"start_column", "end_column"} & row.keys():
        raise invalid("columns are for annotations of a single line")
    if len(row.get("title", "")) > 255:
        raise invalid("title is too long (maximum is 255 characters)")
    if not row["message"] or max(len(row[k].encode()) for k in ("message",)) > 64 * 1024:
        raise invalid("message is missing or exceeds 64 KB")
    if len(row.get("raw_details", "").encode()) > 64 * 1024:
        raise invalid("raw_details exceeds 64 KB")


def _check_action(action: Json) -> None:
    for name, limit in (("label", 20), ("description", 40), ("identifier", 20)):
        if not action.get(name) or len(action[name]) > limit:
            raise invalid(f"{name} of an action must have between 1 and {limit} characters")


def one(call: Call) -> Answer:
    run = _run(call, call.repository("checks"))
    return 200, shown.check_run(call.example(), run, call.world.app_id)


def annotations(call: Call) -> Answer:
    run = _run(call, call.repository("checks"))
    example: Json = call.example()[0]
    empty = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return 200, call.page([example | empty | row for row in run.annotations])


def of_ref(call: Call) -> Answer:
    """`filter=latest`, the default, gives the newest of each name."""
    repository, ref = call.repository("checks"), call.text("ref")
    sha = repository.bare.resolve(ref) if repository.git else ref
    rows = [
        run
        for run in sorted(repository.check_runs.values(), key=lambda run: -run.id)
        if run.head_sha == (sha or ref)
        and call.query.get("check_name") in {None, run.name}
        and call.query.get("status") in {None, run.status}
        and call.query.get("app_id") in {None, str(call.world.app_id)}
    ]
    if call.query.get("filter", "latest") == "latest":
        rows = list({run.name: run for run in reversed(rows)}.values())
    example = call.example()["check_runs"][0]
    found = [shown.check_run(example, run, call.world.app_id) for run in rows]
    return 200, {"total_count": len(found), "check_runs": call.page(found)}


def _run(call: Call, repository: Repository) -> CheckRun:
    found = repository.check_runs.get(call.number("check_run_id"))
    if found is None:
        raise Denied(404, "Not Found")
    return found


TABLE: Table = {
    ("POST", f"{REPOSITORY}/check-runs"): create,
    ("GET", f"{REPOSITORY}/check-runs/{{check_run_id}}"): one,
    ("PATCH", f"{REPOSITORY}/check-runs/{{check_run_id}}"): change,
    ("GET", f"{REPOSITORY}/check-runs/{{check_run_id}}/annotations"): annotations,
    ("GET", f"{REPOSITORY}/commits/{{ref}}/check-runs"): of_ref,
}
