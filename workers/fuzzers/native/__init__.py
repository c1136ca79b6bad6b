"""How harnesses of C and C++ that a repository has are built and run."""
