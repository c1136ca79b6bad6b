"""What runs in the sandbox, with the toolchain's interpreter."""
