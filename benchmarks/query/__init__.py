"""Speed: questions, pushes, pull requests, answers, tenants, and how cost grows."""
