"""Tests that stand alone, one file a language: made of a repository's own tests."""
