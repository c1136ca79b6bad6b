"""A GitHub to ask."""

from tests.github_stand_in.fixtures import github, github_settings, stand_in

__all__ = ["github", "github_settings", "stand_in"]
