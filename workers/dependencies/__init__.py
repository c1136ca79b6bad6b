"""What a repository's code imports, fetched beforehand: in the sandbox too, by installers that run
nothing of it, through a gate that leads to the registries alone. The run itself has no network.
"""

from workers.dependencies.prepare import Prepared, prepare

__all__ = ["Prepared", "prepare"]
