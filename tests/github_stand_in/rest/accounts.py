"""What people see and may do, and the repository itself."""

from __future__ import annotations

from tests.github_stand_in import shown
from tests.github_stand_in.rest.call import REPOSITORY, Answer, Call, Denied, Table
from tests.github_stand_in.world import Account, Repository


def permission(call: Call) -> Answer:
    repository, login = call.repository(), call.text("username")
    role = "admin" if login == repository.owner.login else repository.roles.get(login, "")
    base = {"maintain": "write", "triage": "read", "": "none" if repository.private else "read"}
    example = call.example()
    user = call.world.account(login).shown(example["user"]) | {"role_name": role}
    return 200, example | {"permission": base.get(role, role), "role_name": role, "user": user}


def repository(call: Call) -> Answer:
    return 200, shown.repository(call.example(), call.repository(), call.url)


def user(call: Call) -> Answer:
    return 200, call.person().shown(call.example())


def user_installations(call: Call) -> Answer:
    person = call.person()
    example = call.example()["installations"][0]
    rows = [
        shown.installation(example, row, call.world.app_id)
        for row in call.world.installations.values()
        if call.world.seen_by(person, row)
    ]
    return 200, {"total_count": len(rows), "installations": call.page(rows)}


def user_repositories(call: Call) -> Answer:
    person = call.person()
    found = call.world.installations.get(call.number("installation_id"))
    if found is None or not (seen := call.world.seen_by(person, found)):
        raise Denied(404, "Not Found")
    example = call.example()["repositories"][0]
    rows = [shown.repository(example, row, call.url, _rights(person, row)) for row in seen]
    return 200, {"total_count": len(rows), "repositories": call.page(rows)}


def _rights(person: Account, repository: Repository) -> dict[str, bool]:
    levels = ("pull", "triage", "push", "maintain", "admin")
    role = "admin" if repository.owner is person else repository.roles[person.login]
    highest = levels.index({"read": "pull", "write": "push"}.get(role, role))
    return {level: number <= highest for number, level in enumerate(levels)}


TABLE: Table = {
    ("GET", REPOSITORY): repository,
    ("GET", f"{REPOSITORY}/collaborators/{{username}}/permission"): permission,
    ("GET", "/user"): user,
    ("GET", "/user/installations"): user_installations,
    ("GET", "/user/installations/{installation_id}/repositories"): user_repositories,
}
