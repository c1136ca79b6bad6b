"""Reviews of pull requests: what a change introduces, checked, and said once."""
